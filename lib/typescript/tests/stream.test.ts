import { describe, expect, it } from "vitest";
import { AnswerError, ConnectionError, type StreamEvent, TokenError } from "../src/index.js";
import { all, failure, impatient } from "./client.js";
import { event, ID, json, open, refuse, serve } from "./servers.js";

const cursors = (requests: { headers: Record<string, unknown> }[]): unknown[] =>
  requests.map(({ headers }) => headers["last-event-id"]);
const seqs = (events: StreamEvent[]): number[] => events.map(({ seq }) => seq);

describe("a stream", () => {
  it("goes on from its cursor with a new token after cuts, reconnects and half events, and ends with the debate", async () => {
    let tokens = 0;
    let count = 0;
    const { url, requests } = await serve((request, response) => {
      if (request.url?.startsWith("/debate-result")) return json(response, 200, { debate: { ended_at: null } });
      count += 1;
      if (count === 3) return refuse(response, 503, "unavailable");
      open(response);
      if (count === 1)
        response.end(event(1, "debate.queued") + event(2, "debate.started") + event(3, "turn.delta").slice(0, 40));
      if (count === 2) response.end(`${event(2, "debate.started")}event: stream.reconnect\ndata: {}\n\n`);
      if (count === 4) response.write(event(3, "turn.delta"), () => response.destroy());
      if (count === 5) response.write(event(4, "debate.completed")); // and never ends by itself
      return undefined;
    });
    const client = impatient(url, { getToken: () => `token-${++tokens}` });
    const events = await all(client.streamDebate(ID));
    expect(seqs(events)).toEqual([1, 2, 3, 4]);
    const streams = requests.filter((request) => request.url === `/debate-stream/${ID}`);
    expect(cursors(streams)).toEqual([undefined, "2", "2", "2", "3"]);
    expect(new Set(requests.map(({ headers }) => headers.authorization)).size).toBe(6);
  });

  it("begins where it is asked to", async () => {
    const { url, requests } = await serve((_, response) => {
      open(response);
      response.end(event(8, "debate.failed"));
    });
    expect(seqs(await all(impatient(url).streamDebate(ID, { after: 7 })))).toEqual([8]);
    expect(cursors(requests)).toEqual(["7"]);
  });

  it("keeps what it does not know in raw, goes on past it, and says nothing of what is no event", async () => {
    const { url } = await serve((_, response) => {
      open(response);
      response.write(`event: stream.weather\ndata: {"rain":true}\n\n${event(1, "turn.sung", { melody: "la" })}`);
      response.end(event(2, "debate.completed"));
    });
    const [sung, last] = await all(impatient(url).streamDebate(ID));
    expect(sung).toMatchObject({ type: "unknown", seq: 1, debate_id: ID, raw: { type: "turn.sung", melody: "la" } });
    expect(last?.type).toBe("debate.completed");
  });

  it("ends without an event where the debate had ended before", async () => {
    const { url, requests } = await serve((request, response) => {
      if (request.url?.startsWith("/debate-result")) {
        return json(response, 200, { debate: { ended_at: "2026-11-25T10:00:00Z", last_seq: 9 } });
      }
      open(response);
      return response.end();
    });
    expect(await all(impatient(url).streamDebate(ID, { after: 9 }))).toEqual([]);
    expect(requests.length).toBe(2);
  });

  it("drops a connection that is silent, but not one that pings or whose reader is slow", async () => {
    const { url, requests } = await serve((_, response, count) => {
      open(response);
      if (count === 1) response.write(event(1, "debate.queued"));
      if (count < 3) return; // silent
      let pings = 0;
      const timer = setInterval(() => {
        response.write(": ping\n\n");
        if (++pings === 5) response.write(event(2, "debate.started"));
        if (pings === 15) response.end(event(3, "debate.completed"));
        if (pings === 15) clearInterval(timer);
      }, 100);
    });
    const events: StreamEvent[] = [];
    for await (const one of impatient(url, { silenceMs: 700 }).streamDebate(ID)) {
      events.push(one);
      if (one.seq === 2) await new Promise((resolve) => setTimeout(resolve, 900));
    }
    expect(seqs(events)).toEqual([1, 2, 3]);
    expect(requests.length).toBe(3);
  });

  it.each([
    ["stalls", () => undefined],
    ["ends at once", (response: { end: () => void }) => response.end()],
    [
      "asks to come again at once",
      (response: { end: (text: string) => void }) => response.end("event: stream.reconnect\ndata: {}\n\n"),
    ],
    [
      "sends half events",
      (response: { end: (text: string) => void }) => response.end('event: turn.delta\ndata: {"seq":1\n\n'),
    ],
    [
      "sends events without a seq",
      (response: { end: (text: string) => void }) => response.end('data: {"type":"turn.delta"}\n\n'),
    ],
  ])("gives up after a few tries where each connection %s", async (_, say) => {
    const { url, requests } = await serve((_, response) => {
      open(response);
      say(response);
    });
    expect(await failure(all(impatient(url).streamDebate(ID)))).toBeInstanceOf(ConnectionError);
    expect(requests.length).toBe(4);
  });

  it("gives up at once on what will not pass", async () => {
    const { url, requests } = await serve((_, response, count) => {
      if (count === 1) refuse(response, 404, "not-found");
      else response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>");
    });
    expect(await failure(all(impatient(url).streamDebate(ID)))).toMatchObject({ type: "urn:problem:not-found" });
    expect(await failure(all(impatient(url).streamDebate(ID)))).toBeInstanceOf(AnswerError);
    expect(requests.length).toBe(2);
    expect(await failure(all(impatient("http://127.0.0.1:1").streamDebate(ID)))).toBeInstanceOf(ConnectionError);
  });

  it("says that nobody is signed in any more when it has to come again", async () => {
    let tokens = 0;
    const { url, requests } = await serve((_, response) => {
      open(response);
      response.end(event(1, "debate.queued"));
    });
    const client = impatient(url, { getToken: () => (++tokens === 1 ? "token" : null) });
    expect(await failure(all(client.streamDebate(ID)))).toBeInstanceOf(TokenError);
    expect(requests.length).toBe(1);
  });

  it("lets go of its connection when its signal says so, and when nobody reads it any more", async () => {
    let closed: () => void = () => undefined;
    const { url } = await serve((_, response) => {
      open(response);
      response.write(event(1, "debate.queued"));
      response.on("close", () => closed());
    });
    for (const how of ["abort", "break"]) {
      const gone = new Promise<void>((resolve) => {
        closed = resolve;
      });
      const controller = new AbortController();
      const read = async (): Promise<void> => {
        for await (const _ of impatient(url, { silenceMs: 5_000 }).streamDebate(ID, { signal: controller.signal })) {
          if (how === "break") break;
          setTimeout(() => controller.abort(new Error("enough")), 20);
        }
      };
      if (how === "abort") expect(await failure(read())).toEqual(new Error("enough"));
      else await read();
      await gone;
    }
  });

  it("yields nothing more once its signal has spoken, even what has arrived", async () => {
    const { url } = await serve((_, response) => {
      open(response);
      response.end(event(1, "debate.queued") + event(2, "debate.started") + event(3, "debate.completed"));
    });
    const controller = new AbortController();
    const events: StreamEvent[] = [];
    const read = async (): Promise<void> => {
      for await (const one of impatient(url).streamDebate(ID, { signal: controller.signal })) {
        events.push(one);
        controller.abort(new Error("enough"));
      }
    };
    expect(await failure(read())).toEqual(new Error("enough"));
    expect(seqs(events)).toEqual([1]);
  });
});
