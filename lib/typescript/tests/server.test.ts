import { describe, expect, inject, it } from "vitest";
import { WebSocket as WS } from "ws";
import {
  createDebateClient,
  type DebateClient,
  type DebateRequest,
  isTerminal,
  type StreamEvent,
} from "../src/index.js";
import { debateRoute } from "../src/next.js";
import { all, failure } from "./client.js";
import { cutting } from "./servers.js";

const { url, token, stranger, expired, origin } = inject("backend");

/** A WebSocket as a page opens it: with its origin, which a runtime without pages does not send. */
class OfPage extends WS {
  constructor(where: string, protocol: string) {
    super(where, protocol, { origin });
  }
}

const REQUEST: DebateRequest = {
  content: {
    type: "article",
    title: "Utilities lead",
    text: "Utilities lead the market by 3% while lumber lags gold.",
  },
  rounds: 1,
};

function client(baseUrl = url, getToken = (): string => token): DebateClient {
  return createDebateClient({ baseUrl, getToken });
}

/** Return what each turn says by the deltas alone. */
function said(events: StreamEvent[]): Map<number, string> {
  const turns = new Map<number, string>();
  for (const event of events) {
    if (event.type === "turn.reset") turns.delete(event.turn);
    if (event.type === "turn.delta") turns.set(event.turn, (turns.get(event.turn) ?? "") + event.text);
  }
  return turns;
}

function isWhole(events: StreamEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter(isTerminal)).toEqual([events.at(-1)]);
  expect(events.some(({ type }) => type === "unknown")).toBe(false);
}

describe.skipIf(url === "")("with a backend of ours", () => {
  it("holds a debate from its start to its end, and finds it again until it is deleted", async () => {
    const mine = client();
    expect((await mine.health()).status).toBe("ok");
    expect((await mine.authCheck()).user_id).toMatch(/^user_/);
    const idempotencyKey = crypto.randomUUID();
    const debate = await mine.startDebate(REQUEST, { idempotencyKey });
    expect((await mine.startDebate(REQUEST, { idempotencyKey })).id).toBe(debate.id);
    const events = await all(mine.streamDebate(debate.id));
    isWhole(events);
    expect(events.at(-1)?.type).toBe("debate.completed");
    expect(await all(mine.streamDebate(debate.id, { after: events.length - 1 }))).toEqual([events.at(-1)]);
    expect(await all(mine.streamDebate(debate.id, { after: events.length }))).toEqual([]);
    const result = await mine.debate(debate.id);
    expect(result.verdict?.stance).toBe(events.find((one) => one.type === "verdict.completed")?.verdict.stance);
    const { items, next_cursor } = await mine.debates({ limit: 1 });
    expect(items.length).toBe(1);
    if (next_cursor !== null) expect((await mine.debates({ cursor: next_cursor })).items.length).toBeGreaterThan(0);
    await mine.deleteDebate(debate.id);
    expect(await failure(mine.debate(debate.id))).toMatchObject({ type: "urn:problem:not-found" });
  });

  it("yields the log's text exactly over a proxy that cuts every 2 s", async () => {
    const { url: cut, cuts } = await cutting(url, 2_000);
    const longer = { ...REQUEST, rounds: 3 };
    const { id } = await client().startDebate(longer);
    const events = await all(client(cut).streamDebate(id));
    isWhole(events);
    expect(cuts()).toBeGreaterThan(0);
    expect(events).toEqual(await all(client().streamDebate(id)));
    const debaters = (await client().debate(id)).turns.filter((turn) => said(events).has(turn.turn));
    expect(debaters.length).toBe(9);
    for (const turn of debaters) expect(turn).toMatchObject({ text: said(events).get(turn.turn) });
  });

  it("yields the same over WebSockets, past and live and over cuts, and is refused as over an event stream", async () => {
    const { url: cut, cuts } = await cutting(url, 2_000);
    const socketed = (getToken = (): string => token): DebateClient =>
      createDebateClient({ baseUrl: cut, getToken, WebSocket: OfPage as unknown as typeof WebSocket });
    const transport = "websocket";
    const { id } = await client().startDebate({ ...REQUEST, rounds: 3 });
    const events = await all(socketed().streamDebate(id, { transport }));
    isWhole(events);
    expect(cuts()).toBeGreaterThan(0);
    expect(events).toEqual(await all(client().streamDebate(id)));
    const last = events.length - 1;
    expect(await all(socketed().streamDebate(id, { transport, after: last }))).toEqual([events.at(-1)]);
    expect(await all(socketed().streamDebate(id, { transport, after: last + 1 }))).toEqual([]);
    const strange = socketed(() => stranger).streamDebate(id, { transport });
    expect(await failure(all(strange))).toMatchObject({ status: 404, type: "urn:problem:not-found" });
    const late = socketed(() => expired).streamDebate(id, { transport });
    expect(await failure(all(late))).toMatchObject({ status: 401, reason: "expired" });
  });

  it("says something that the debate then hears", async () => {
    const { id } = await client().startDebate({ ...REQUEST, rounds: 2 });
    const heard: StreamEvent[] = [];
    for await (const event of client().streamDebate(id)) {
      if (event.type === "debate.started") await client().steerDebate(id, "What of lumber?");
      if (event.type === "steer.accepted" || event.type === "steer.applied") heard.push(event);
    }
    expect(heard).toMatchObject([
      { type: "steer.accepted", steer: 1, text: "What of lumber?" },
      { type: "steer.applied", steer: 1, text: "What of lumber?" },
    ]);
  });

  it("cancels a debate, whose stream then ends", async () => {
    const { id } = await client().startDebate({ ...REQUEST, rounds: 5 });
    const events: StreamEvent[] = [];
    for await (const event of client().streamDebate(id)) {
      events.push(event);
      if (event.type === "debate.started") expect((await client().cancelDebate(id)).status).toBe("cancelled");
    }
    isWhole(events);
    expect(events.at(-1)?.type).toBe("debate.cancelled");
  });

  it("throws the backend's problems", async () => {
    const { id } = await client().startDebate(REQUEST);
    const notMine = failure(client(url, () => stranger).debate(id));
    expect(await notMine).toMatchObject({ status: 404, requestId: expect.stringMatching(/./) });
    const faulty = failure(client().startDebate({ ...REQUEST, rounds: 9 }));
    expect(await faulty).toMatchObject({ status: 422, errors: [{ pointer: "/rounds" }] });
    const asked: boolean[] = [];
    const late = createDebateClient({
      baseUrl: url,
      getToken: ({ skipCache }) => [expired, asked.push(skipCache)][0] as string,
    });
    expect(await failure(all(late.streamDebate(id)))).toMatchObject({ status: 401, reason: "expired" });
    expect(asked).toEqual([false, true]);
  });

  it("is reached through debateRoute just as directly", async () => {
    const route = debateRoute({ backendUrl: url, getToken: () => token });
    const through = createDebateClient({
      baseUrl: "https://app.example.com/api/debates",
      fetch: async (input, init) => {
        const request = new Request(input, init);
        return route[request.method as keyof typeof route](request);
      },
    });
    const { id } = await through.startDebate(REQUEST);
    const events = await all(through.streamDebate(id));
    isWhole(events);
    expect(events).toEqual(await all(client().streamDebate(id)));
  });
});
