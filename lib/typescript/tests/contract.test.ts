import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type DebateResult, failureTypes, fold, problemTypes, unseen, validateRequest } from "../src/index.js";
import { all, impatient } from "./client.js";
import { serve } from "./servers.js";

const FIXTURES = new URL("../../../tests/fixtures/", import.meta.url);

/** The table that the backend's tests read as well, where the rows are said; `repeat` is a text or a list, so often. */
const ROWS: { name: string; request: unknown; pointers: string[] }[] = JSON.parse(
  readFileSync(new URL("requests.json", FIXTURES), "utf8"),
  (_, value) => (typeof value?.times === "number" ? repeated(value) : value),
);

function repeated({ repeat, times }: { repeat: string | unknown[]; times: number }): unknown {
  return typeof repeat === "string" ? repeat.repeat(times) : Array.from({ length: times }, () => repeat).flat();
}

describe("validateRequest", () => {
  it.each(ROWS)("finds what the backend finds in $name", ({ request, pointers }) => {
    const found = validateRequest(request).map(({ pointer }) => pointer);
    expect(found.sort()).toEqual([...pointers].sort());
  });

  it("takes what is undefined for what is left out", () => {
    const content = { type: "text", title: "Utilities", text: "Utilities lead.", url: undefined };
    expect(validateRequest({ content, question: undefined })).toEqual([]);
  });
});

describe("fold", () => {
  it("goes on without what an older client does not know", () => {
    const raw = { type: "turn.sung", seq: 1, debate_id: "d", at: "2026-11-25T20:39:27Z" };
    expect(fold(unseen, raw as never)).toEqual({ ...unseen, id: "d", lastSeq: 1 });
    expect(fold(unseen, { ...raw, type: "unknown", raw })).toEqual({ ...unseen, id: "d", lastSeq: 1 });
  });
});

describe("failureTypes", () => {
  it("has the title and the chance of each failure that a debate may end with", () => {
    const title = "The model did not answer";
    expect(failureTypes["urn:problem:model-unavailable"]).toEqual({ title, retryable: true });
    expect(Object.keys(failureTypes)).toContain("urn:problem:too-few-voices");
    expect(Object.values(problemTypes)).not.toContain("urn:problem:too-few-voices");
  });
});

describe("a recorded debate", () => {
  const names = readdirSync(new URL("logs/", FIXTURES)).filter((name) => name.endsWith(".sse"));

  it.each(names)("adds up to what the backend says came out of it: %s", async (name) => {
    const stream = readFileSync(new URL(`logs/${name}`, FIXTURES));
    const result = readFileSync(new URL(`logs/${name.replace(".sse", ".json")}`, FIXTURES), "utf8");
    const { debate, turns, verdict, usage } = JSON.parse(result) as DebateResult;
    const { url } = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" }).end(stream);
    });
    const view = (await all(impatient(url).streamDebate(debate.id))).reduce(fold, unseen);
    const { id, status, title, rounds, model, last_seq: lastSeq } = debate;
    expect(view).toMatchObject({ id, status, title, rounds, model, lastSeq, verdict });
    expect(view.usage).toEqual(status === "cancelled" ? null : usage);
    const ended = view.turns.filter(({ state }) => state !== "speaking");
    expect(ended.map(({ turn, round, agent, state }) => ({ type: `turn.${state}`, turn, round, agent }))).toEqual(
      turns.map(({ type, turn, round, agent }) => ({ type, turn, round, agent })),
    );
    expect(ended.map(({ text, problem }) => problem ?? text)).toEqual(
      turns.map((turn) => (turn.type === "turn.failed" ? turn.problem : turn.text)),
    );
  });
});
