import { createElement, type ReactNode, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { DebateClient, DebateRequest } from "../../src/index.js";
import { DebateProvider, type LiveDebate, useDebate } from "../../src/react.js";
import { impatient } from "../client.js";
import { event, ID, json, open, refuse, serve } from "../servers.js";

const REQUEST: DebateRequest = { content: { type: "text", title: "Utilities", text: "Utilities lead the market." } };
const BEGINNING = [
  event(1, "debate.queued", { title: "Utilities", rounds: 1, agents: ["Financial Analyst"] }),
  event(2, "debate.started", { model: "offline", attempt: 1, agents_version: "1" }),
  event(3, "turn.started", { turn: 1, round: 1, agent: "Financial Analyst", role: "debater", attempt: 1 }),
  event(4, "turn.delta", { turn: 1, text: "Utilities " }),
  event(5, "turn.delta", { turn: 1, text: "lead." }),
].join("");
const END = event(6, "debate.completed");

/** Serve a debate that says its beginning, and its end once it is told to. */
async function backend(): Promise<{ url: string; requests: { url?: string | undefined }[]; finish: () => void }> {
  let over = false;
  const waiting = new Set<() => void>();
  const { url, requests } = await serve((request, response) => {
    if (request.url === "/debate-start") return json(response, 201, { id: ID });
    if (request.url?.startsWith("/debate-cancel"))
      return refuse(response, 503, "unavailable", { "retry-after": "600" });
    open(response);
    response.write(BEGINNING);
    const end = (): unknown => response.end(END);
    return over ? end() : waiting.add(end);
  });
  const finish = (): void => {
    over = true;
    for (const end of waiting) end();
  };
  return { url, requests, finish };
}

let seen: LiveDebate[] = [];
const last = (): LiveDebate | undefined => seen.at(-1);

function Page({ target }: { target: string | DebateRequest | null }): ReactNode {
  const debate = useDebate(target);
  seen.push(debate);
  return debate.turns.map(({ text }) => text);
}

function page(client: DebateClient): { root: Root; show: (target: string | DebateRequest | null) => void } {
  const root = createRoot(document.body.appendChild(document.createElement("main")));
  onTestFinished(() => root.unmount());
  const show = (target: string | DebateRequest | null): void => {
    const below = createElement(Page, { target });
    root.render(createElement(StrictMode, null, createElement(DebateProvider, { client }, below)));
  };
  return { root, show };
}

const shown = (debate: object): Promise<void> =>
  vi.waitFor(() => expect(last()).toMatchObject(debate), { timeout: 10_000, interval: 5 });

beforeEach(() => {
  seen = [];
});

describe("useDebate", () => {
  it("starts a request once under StrictMode and however often it mounts, and shows it live to its end", async () => {
    const { url, requests, finish } = await backend();
    const client = impatient(url, { silenceMs: 10_000 });
    const first = page(client);
    first.show({ ...REQUEST });
    await shown({ turns: [{ text: "Utilities lead." }] });
    expect(seen[0]?.status).toBe("loading");
    expect(last()).toMatchObject({ id: ID, status: "running", model: "offline", title: "Utilities", error: null });
    expect(document.body.textContent).toContain("Utilities lead.");
    first.show({ ...REQUEST }); // an equal one, as a component makes it anew with each rendering
    first.root.unmount();
    page(client).show(REQUEST);
    finish();
    await shown({ status: "completed" });
    expect(last()?.turns).toMatchObject([{ agent: "Financial Analyst", round: 1, text: "Utilities lead." }]);
    expect(requests.filter((request) => request.url === "/debate-start").length).toBe(1);
  });

  it("follows an id, then another, then none, and nothing of the first is left", async () => {
    const { url, finish } = await backend();
    const { show } = page(impatient(url));
    show(null);
    await shown({ status: "idle", turns: [], error: null });
    finish();
    show(ID);
    await shown({ status: "completed" });
    seen = [];
    show("00000000-0000-4000-8000-000000000002");
    await shown({ status: "completed" });
    expect(seen[0]).toMatchObject({ status: "loading", turns: [], id: null });
    show(null);
    await shown({ status: "idle", turns: [], id: null });
  });

  it("lets go of its stream with its component", async () => {
    const { url } = await backend();
    const controllers: AbortSignal[] = [];
    const client = impatient(url, { silenceMs: 10_000 });
    const { root, show } = page({
      ...client,
      streamDebate: (id, options = {}) => {
        if (options.signal) controllers.push(options.signal);
        return client.streamDebate(id, options);
      },
    });
    show(ID);
    await shown({ status: "running" });
    root.unmount();
    await vi.waitFor(() => expect(controllers.every(({ aborted }) => aborted)).toBe(true));
    expect(controllers.length).toBeGreaterThan(0);
  });

  it("says why a debate cannot be started, and tries again when it is mounted again", async () => {
    const { url, requests } = await serve((_, response) => refuse(response, 422, "invalid-request"));
    const client = impatient(url);
    const { root, show } = page(client);
    show(REQUEST);
    await shown({ status: "loading", error: { type: "urn:problem:invalid-request" } });
    expect(requests.length).toBe(1);
    root.unmount();
    seen = [];
    page(client).show(REQUEST);
    await shown({ error: { type: "urn:problem:invalid-request" } });
    expect(requests.length).toBe(2);
  });

  it("says why a debate cannot be cancelled, and what was said stays", async () => {
    const { url } = await backend();
    page(impatient(url, { silenceMs: 10_000 })).show(ID);
    await shown({ turns: [{ text: "Utilities lead." }] });
    await last()?.cancel();
    await shown({ error: { type: "urn:problem:unavailable" }, turns: [{ text: "Utilities lead." }] });
  });

  it("says what is missing where there is no client", async () => {
    const errors: unknown[] = [];
    const root = createRoot(document.createElement("main"), { onUncaughtError: (error) => errors.push(error) });
    root.render(createElement(Page, { target: ID }));
    await vi.waitFor(() => expect(String(errors[0])).toContain("put a DebateProvider above"));
  });
});
