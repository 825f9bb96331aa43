import { routes } from "./generated/contract.js";
import type { GetToken } from "./settings.js";
import type { ProblemDetails } from "./types.js";

export interface DebateRouteOptions {
  /** Where the backend serves its functions; not shown to the browser. */
  backendUrl: string;
  /** Gives the session token of the request's user: `async () => (await auth()).getToken()`. */
  getToken: GetToken;
  fetch?: typeof fetch | undefined;
}

type Handler = (request: Request) => Promise<Response>;

const PASSED_ON = [
  ...["accept", "content-type", "idempotency-key", "last-event-id", "x-request-id"],
  ...["traceparent", "tracestate", "baggage", "sentry-trace"],
];
const NOT_PASSED_BACK =
  /^(access-control-.*|connection|content-(encoding|length)|date|keep-alive|server|set-cookie|transfer-encoding|vary)$/;

/**
 * Make the handlers of a catch-all route that passes on the backend's functions, with the user's session token, in the
 * Node and the edge runtime. What the backend sends is passed through at once, a stream event by event.
 */
export function debateRoute(options: DebateRouteOptions): { GET: Handler; POST: Handler; DELETE: Handler } {
  const handle: Handler = async (request) => {
    const { pathname, search } = new URL(request.url);
    const [, mount = "", path = ""] = FUNCTION.exec(pathname) ?? [];
    if (path === "") return problem(404, "not-found", "There is nothing here", "No function is served at this path.");
    if (isForeign(request)) {
      return problem(403, "cross-site", "The request comes from another site", "Send it from a page of this site.");
    }
    const headers = await withToken(request, options.getToken);
    if (headers instanceof Response) return headers;
    const target = `${options.backendUrl.replace(/\/+$/, "")}${path}${search}`;
    return passedOn(request, target, headers, mount, options.fetch ?? fetch);
  };
  return { GET: handle, POST: handle, DELETE: handle };
}

const FUNCTION = new RegExp(`^(.*?)(/(?:${Object.keys(routes).join("|")})(?:/[^/]+)?)$`);

/** Say whether a page of another site makes the browser send this with the user's cookies. */
function isForeign(request: Request): boolean {
  return request.method !== "GET" && request.headers.get("sec-fetch-site") === "cross-site";
}

async function withToken(request: Request, getToken: GetToken): Promise<Headers | Response> {
  let token: string | null | undefined;
  try {
    token = await getToken({ skipCache: false });
  } catch {
    return unavailable("The session token could not be had; try again.");
  }
  const headers = new Headers();
  if (token) headers.set("authorization", `Bearer ${token}`);
  for (const name of PASSED_ON) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

async function passedOn(
  request: Request,
  target: string,
  headers: Headers,
  mount: string,
  send: typeof fetch,
): Promise<Response> {
  const body = request.body === null ? {} : { body: request.body, duplex: "half" };
  const init = {
    method: request.method,
    headers,
    signal: request.signal,
    cache: "no-store",
    redirect: "manual",
  } as const;
  try {
    const answer = await send(target, { ...init, ...body });
    return new Response(answer.body, { status: answer.status, headers: passedBack(answer.headers, mount) });
  } catch {
    return unavailable("The backend cannot be reached; try again.");
  }
}

function passedBack(from: Headers, mount: string): Headers {
  const headers = new Headers([...from].filter(([name]) => !NOT_PASSED_BACK.test(name)));
  const location = headers.get("location");
  if (location?.startsWith("/")) headers.set("location", mount + location);
  return headers;
}

function unavailable(detail: string): Response {
  return problem(503, "unavailable", "A service that this needs cannot be reached", detail, { "retry-after": "5" });
}

function problem(status: number, name: string, title: string, detail: string, headers: HeadersInit = {}): Response {
  const body: ProblemDetails = { type: `urn:problem:${name}`, title, status, detail, request_id: crypto.randomUUID() };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
