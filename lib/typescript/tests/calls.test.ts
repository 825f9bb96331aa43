import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AnswerError, ConnectionError, ProblemError, TokenError } from "../src/index.js";
import { failure, impatient } from "./client.js";
import { ID, json, open, refuse, serve } from "./servers.js";

const REQUEST = { content: { type: "text", title: "Utilities", text: "Utilities lead the market." } } as const;

describe("a call", () => {
  it("sends a token of now, and the body and headers of the contract", async () => {
    let tokens = 0;
    const { url, requests } = await serve((request, response) => {
      request.setEncoding("utf8").on("data", (body) => expect(JSON.parse(body)).toEqual(REQUEST));
      request.on("end", () => json(response, 201, { id: ID }));
    });
    const client = impatient(`${url}/`, { getToken: async () => `token-${++tokens}` });
    expect(await client.startDebate(REQUEST, { idempotencyKey: "mine" })).toEqual({ id: ID });
    await client.startDebate(REQUEST);
    const [first, second] = requests.map(({ headers }) => headers);
    expect([requests[0]?.method, requests[0]?.url]).toEqual(["POST", "/debate-start"]);
    expect([first?.authorization, second?.authorization]).toEqual(["Bearer token-1", "Bearer token-2"]);
    expect([first?.["content-type"], first?.["idempotency-key"]]).toEqual(["application/json", "mine"]);
    expect(second?.["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
  });

  it("goes to where its function is served, with what it was given in the path and the query", async () => {
    const { url, requests } = await serve((_, response) => json(response, 200, { items: [], next_cursor: null }));
    const client = impatient("http://127.0.0.1:1", { urls: { "debate-list": `${url}/list`, "debate-result": url } });
    await client.debates({ limit: 5, cursor: "a b&c", status: "failed" });
    await client.debate("a/b");
    expect(requests.map((request) => request.url)).toEqual([
      "/list/debate-list?limit=5&cursor=a+b%26c&status=failed",
      "/debate-result/a%2Fb",
    ]);
  });

  it("throws the backend's problem, whole", async () => {
    const errors = [{ pointer: "/content/text", detail: "too short" }];
    const { url, requests } = await serve((_, response) =>
      refuse(response, 422, "invalid-request", {}, { errors, reason: "why" }),
    );
    const error = await failure(impatient(url).startDebate(REQUEST));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      type: "urn:problem:invalid-request",
      status: 422,
      detail: "Words.",
      requestId: "r1",
    });
    expect(error).toMatchObject({ errors, reason: "why", retryAfter: undefined });
    expect(requests.length).toBe(1);
  });

  it("comes again after what passes, with the same key, and no sooner than it was told", async () => {
    const came: number[] = [];
    const { url, requests } = await serve((_, response, count) => {
      came.push(Date.now());
      if (count === 1) refuse(response, 503, "unavailable", { "retry-after": "1" });
      else if (count === 2) response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
      else if (count === 3) response.destroy();
      else json(response, 201, { id: ID });
    });
    await impatient(url).startDebate(REQUEST);
    expect(requests.length).toBe(4);
    expect(new Set(requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect((came[1] ?? 0) - (came[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it("does not wait for an hour because it was told to, in whatever words", async () => {
    const { url, requests } = await serve((_, response, count) => {
      if (count === 1) refuse(response, 429, "too-many-requests", { "retry-after": "3600" });
      else response.writeHead(503, { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() }).end();
    });
    expect(await failure(impatient(url).startDebate(REQUEST))).toMatchObject({ status: 429, retryAfter: 3600 });
    expect(await failure(impatient(url).startDebate(REQUEST))).toMatchObject({ status: 503, name: "AnswerError" });
    expect(requests.length).toBe(2);
  });

  it("asks for a token that is not cached where the last one had expired, and only once", async () => {
    const asked: boolean[] = [];
    const { url, requests } = await serve((_, response) =>
      refuse(response, 401, "session-required", {}, { reason: "expired" }),
    );
    const getToken = ({ skipCache }: { skipCache: boolean }): string => {
      asked.push(skipCache);
      return "token";
    };
    expect(await failure(impatient(url, { getToken }).authCheck())).toMatchObject({ status: 401 });
    expect([asked, requests.length]).toEqual([[false, true], 2]);
  });

  it("does not say a remark twice where the first may have been heard, but does where it was refused", async () => {
    const lost = await serve((_, response) => response.destroy());
    expect(await failure(impatient(lost.url).steerDebate(ID, "Look at gold."))).toBeInstanceOf(ConnectionError);
    expect(lost.requests.length).toBe(1);
    const busy = await serve((_, response, count) =>
      count === 1 ? refuse(response, 503, "unavailable") : json(response, 202, {}),
    );
    await impatient(busy.url).steerDebate(ID, "Look at gold.");
    expect(busy.requests.length).toBe(2);
  });

  it("says how a process is that is not well", async () => {
    const health = { status: "down", version: "1", functions: [], checks: {} };
    const { url, requests } = await serve((_, response) => json(response, 503, health));
    expect(await impatient(url).health()).toEqual(health);
    expect(requests.length).toBe(1);
  });
});

describe("a call to what is not a healthy backend", () => {
  it("fails after a few tries where nothing listens, where there is no such host, and where nothing is answered", async () => {
    const { url, requests } = await serve(() => undefined);
    const silent = impatient(url, { timeoutMs: 50 });
    for (const client of [impatient("http://127.0.0.1:1"), impatient("http://no-such-host.invalid"), silent]) {
      expect(await failure(client.debate(ID))).toBeInstanceOf(ConnectionError);
    }
    expect(requests.length).toBe(4);
  });

  it.each([
    [200, "text/html", "<html>Sign in</html>", 1],
    [200, "application/json", '{"items": [', 1],
    [404, "text/html", "<html>Not found</html>", 1],
    [404, "application/json", '{"message": "Application not found"}', 1],
    [500, "application/problem+json", "null", 1],
    [502, "text/plain", "Application failed to respond", 4],
  ])("fails as such where %i %s comes: %s", async (status, type, body, tries) => {
    const { url, requests } = await serve((_, response) =>
      response.writeHead(status, { "content-type": type }).end(body),
    );
    const error = await failure(impatient(url).debates());
    expect(error).toBeInstanceOf(AnswerError);
    expect(error).toMatchObject({ status });
    expect(requests.length).toBe(tries);
  });

  it("sends nothing without a token, and asks again only where asking had failed", async () => {
    const { url, requests } = await serve((_, response) => json(response, 200, {}));
    let asked = 0;
    const throwing = (): string => {
      asked += 1;
      throw new Error("offline");
    };
    const failed = await failure(impatient(url, { getToken: throwing }).debate(ID));
    expect(failed).toBeInstanceOf(TokenError);
    expect(failed).toMatchObject({ signedOut: false, cause: new Error("offline") });
    expect(asked).toBe(4);
    for (const nothing of [null, undefined, ""]) {
      const signedOut = await failure(impatient(url, { getToken: () => nothing }).debate(ID));
      expect(signedOut).toBeInstanceOf(TokenError);
      expect(signedOut).toMatchObject({ signedOut: true });
    }
    expect(requests.length).toBe(0);
  });

  it("ends at once when its signal says so, whatever it waits for", async () => {
    const closed = new Set<number>();
    const { url } = await serve((_, response, count) => {
      response.on("close", () => closed.add(count));
      if (count === 2) refuse(response, 503, "unavailable", { "retry-after": "50" });
      if (count === 3) open(response);
    });
    const never = (): Promise<string> => new Promise(() => undefined);
    const clients = [impatient(url), impatient(url), impatient(url), impatient(url, { getToken: never })];
    for (const client of clients) {
      const controller = new AbortController();
      const call = failure(client.debate(ID, { signal: controller.signal }));
      const timer = setTimeout(() => controller.abort(new Error("enough")), 100);
      onTestFinished(() => clearTimeout(timer));
      expect(await call).toEqual(new Error("enough"));
    }
    await vi.waitFor(() => expect(closed).toEqual(new Set([1, 2, 3])));
    expect(await failure(impatient(url).debate(ID, { signal: AbortSignal.abort() }))).toMatchObject({
      name: "AbortError",
    });
  });
});
