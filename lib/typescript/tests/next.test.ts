import { describe, expect, it } from "vitest";
import { debateRoute } from "../src/next.js";
import { event, ID, json, open, serve } from "./servers.js";

const SITE = "https://app.example.com/api/debates";

function get(path: string, init: RequestInit = {}): Request {
  return new Request(`${SITE}${path}`, init);
}

describe("debateRoute", () => {
  it("passes on what the contract knows, with the user's token, and nothing else of the browser's", async () => {
    const bodies: string[] = [];
    const { url, requests } = await serve((request, response) => {
      request.setEncoding("utf8").on("data", (body) => bodies.push(body));
      const headers = { location: `/debate-stream/${ID}`, "x-request-id": "r1", "access-control-allow-origin": "*" };
      request.on("end", () => json(response, 201, { id: ID }, { ...headers, "retry-after": "3" }));
    });
    const { POST } = debateRoute({ backendUrl: `${url}/`, getToken: async () => "token" });
    const headers = { "content-type": "application/json", cookie: "__session=x", authorization: "Bearer stolen" };
    const request = get("/debate-start?dry=1", {
      method: "POST",
      body: "{}",
      headers: { ...headers, "idempotency-key": "k" },
    });
    const answer = await POST(request);
    expect([answer.status, await answer.json(), bodies]).toEqual([201, { id: ID }, ["{}"]]);
    expect(answer.headers.get("location")).toBe(`/api/debates/debate-stream/${ID}`);
    expect([answer.headers.get("x-request-id"), answer.headers.get("retry-after")]).toEqual(["r1", "3"]);
    expect(answer.headers.get("access-control-allow-origin")).toBe(null);
    expect([requests[0]?.method, requests[0]?.url]).toEqual(["POST", "/debate-start?dry=1"]);
    const sent = requests[0]?.headers;
    expect([sent?.authorization, sent?.["idempotency-key"], sent?.cookie]).toEqual(["Bearer token", "k", undefined]);
  });

  it("passes a stream through event by event, from the cursor asked for, and lets go of it with its reader", async () => {
    let more: () => void = () => undefined;
    let gone: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const { url, requests } = await serve((_, response) => {
      open(response);
      more = () => response.write(event(4, "turn.delta"));
      response.on("close", gone);
    });
    const { GET } = debateRoute({ backendUrl: url, getToken: () => "token" });
    const controller = new AbortController();
    const headers = { "last-event-id": "3" };
    const answer = await GET(get(`/debate-stream/${ID}`, { signal: controller.signal, headers }));
    const reader = answer.body?.getReader();
    const read = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
    expect(await read()).toBe(": open\n\n");
    more();
    expect(await read()).toContain("id: 4\n");
    expect(requests[0]?.headers["last-event-id"]).toBe("3");
    controller.abort();
    await left;
    await reader?.read().catch(() => undefined);
  });

  it("answers as the backend does where that is away, and where no token can be had", async () => {
    const throwing = (): never => {
      throw new Error("offline");
    };
    const errors: unknown[] = [];
    const route = { backendUrl: "http://127.0.0.1:1", onError: (error: unknown) => errors.push(error) };
    for (const getToken of [() => "token", throwing]) {
      const answer = await debateRoute({ ...route, getToken }).GET(get("/debate-list"));
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(await answer.json()).toMatchObject({ type: "urn:problem:unavailable", status: 503 });
    }
    expect(errors).toEqual([expect.any(TypeError), new Error("offline")]);
  });

  it("leaves it to the backend what those may see who are not signed in", async () => {
    const { url, requests } = await serve((_, response) => json(response, 401, {}, { "www-authenticate": "Bearer" }));
    const answer = await debateRoute({ backendUrl: url, getToken: () => null }).GET(get("/auth-check"));
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(requests[0]?.headers.authorization).toBe(undefined);
  });

  it("serves nothing but functions, and changes nothing for another site", async () => {
    const { url, requests } = await serve((_, response) => json(response, 200, {}));
    const { GET, POST } = debateRoute({ backendUrl: url, getToken: () => "token" });
    for (const path of ["/admin", "/debate-stream/a/b", "/", "/debate-list/../admin"]) {
      expect((await GET(get(path))).status).toBe(404);
    }
    const foreign = new Request(`${SITE}/debate-cancel/${ID}`, { method: "POST" });
    const answer = await POST(withHeader(foreign, "sec-fetch-site", "cross-site"));
    expect([answer.status, requests.length]).toEqual([403, 0]);
  });
});

/** Some runtimes let nobody set this header of a Request that they make. */
function withHeader(request: Request, name: string, value: string): Request {
  const headers = new Headers([...request.headers, [name, value]]);
  return new Proxy(request, {
    get: (target, key) => (key === "headers" ? headers : Reflect.get(target, key, target)),
  });
}
