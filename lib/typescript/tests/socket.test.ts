import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type WebSocket as Peer, WebSocketServer } from "ws";
import { ConnectionError, ProblemError, TokenError } from "../src/index.js";
import { all, failure, impatient } from "./client.js";
import { ID, json } from "./servers.js";

type Opened = { path: string; protocol: string; auth: unknown };

/** Speak WebSocket on loopback until the test ends; `say` goes on once a client has authenticated. */
async function serve(say: (socket: Peer, count: number) => void): Promise<{ url: string; opened: Opened[] }> {
  const opened: Opened[] = [];
  const http = createServer((_, response) => json(response, 200, { debate: { ended_at: null } }));
  const server = new WebSocketServer({ server: http });
  server.on("connection", (socket, request) => {
    socket.once("message", (data) => {
      opened.push({ path: request.url ?? "", protocol: socket.protocol, auth: JSON.parse(String(data)) });
      say(socket, opened.length);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    http.closeAllConnections();
    http.close();
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, opened };
}

function frame(seq: number, type: string): string {
  return JSON.stringify({ seq, debate_id: ID, at: "2026-11-25T10:00:00Z", type });
}

const transport = "websocket";

describe("a WebSocket", () => {
  it("yields what an event stream yields, over cuts, restarts and silence, with a new token for each connection", async () => {
    let tokens = 0;
    const { url, opened } = await serve((socket, count) => {
      if (count === 1) socket.send(frame(1, "debate.queued"), () => socket.terminate());
      if (count === 2) {
        socket.send(frame(1, "debate.queued"));
        socket.send(frame(2, "turn.sung"));
        socket.close(1012);
      }
      if (count === 4) {
        socket.send(frame(3, "debate.completed"));
        socket.close(1000);
      }
    });
    const client = impatient(url, { getToken: () => `token-${++tokens}` });
    const events = await all(client.streamDebate(ID, { transport }));
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, "debate.queued"],
      [2, "unknown"],
      [3, "debate.completed"],
    ]);
    expect(opened.map(({ path }) => path)).toEqual([0, 1, 2, 2].map((after) => `/debate-stream/${ID}?after=${after}`));
    expect(new Set(opened.map(({ protocol }) => protocol))).toEqual(new Set(["debate.v1"]));
    expect(opened[0]?.auth).toEqual({ type: "auth", token: "token-1" });
    expect(new Set(opened.map(({ auth }) => JSON.stringify(auth))).size).toBe(4);
  });

  it.each([
    [4400, { status: 400, type: "urn:problem:malformed-request" }],
    [4403, { status: 403, type: "urn:problem:origin-not-allowed" }],
    [4401, { status: 401, type: "urn:problem:session-required" }],
    [4404, { status: 404, type: "urn:problem:not-found" }],
  ])("is refused for good with %i", async (code, problem) => {
    const { url, opened } = await serve((socket) => socket.close(code));
    const error = await failure(all(impatient(url).streamDebate(ID, { transport })));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject(problem);
    expect(opened.length).toBe(1);
  });

  it.each([1013, 4429])("comes again after %i, which passes", async (code) => {
    const { url, opened } = await serve((socket, count) => {
      if (count === 2) socket.send(frame(1, "debate.completed"));
      socket.close(count === 1 ? code : 1000);
    });
    expect((await all(impatient(url).streamDebate(ID, { transport }))).length).toBe(1);
    expect(opened.length).toBe(2);
  });

  it("asks for a token that is not cached where the last one had expired, and only once", async () => {
    const asked: boolean[] = [];
    const { url } = await serve((socket) => socket.close(4401, "expired"));
    const getToken = ({ skipCache }: { skipCache: boolean }): string => {
      asked.push(skipCache);
      return "token";
    };
    const error = await failure(all(impatient(url, { getToken }).streamDebate(ID, { transport })));
    expect(error).toMatchObject({ status: 401, reason: "expired" });
    expect(asked).toEqual([false, true]);
  });

  it("gives up after a few tries where nobody answers, and where each connection ends at once", async () => {
    expect(await failure(all(impatient("http://127.0.0.1:1").streamDebate(ID, { transport })))).toBeInstanceOf(
      ConnectionError,
    );
    const { url, opened } = await serve((socket) => socket.close(1012));
    expect(await failure(all(impatient(url).streamDebate(ID, { transport })))).toBeInstanceOf(ConnectionError);
    expect(opened.length).toBe(4);
  });

  it("opens nothing without a token, and closes with its signal", async () => {
    const closed: (() => void)[] = [];
    const gone = new Promise<void>((resolve) => closed.push(resolve));
    const { url, opened } = await serve((socket) => {
      socket.on("close", () => closed[0]?.());
      socket.send(frame(1, "debate.queued"));
    });
    const signedOut = impatient(url, { getToken: () => null });
    expect(await failure(all(signedOut.streamDebate(ID, { transport })))).toBeInstanceOf(TokenError);
    expect(opened.length).toBe(0);
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const options = { transport, signal: controller.signal } as const;
      for await (const _ of impatient(url, { silenceMs: 5_000 }).streamDebate(ID, options)) {
        controller.abort(new Error("enough"));
      }
    };
    expect(await failure(read())).toEqual(new Error("enough"));
    await gone;
  });
});
