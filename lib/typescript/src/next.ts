import { routes } from "./generated/contract.js";
import { addresses, type DebateClientOptions, type GetToken } from "./settings.js";
import type { FunctionName, ProblemDetails } from "./types.js";

export interface DebateRouteOptions {
  /** Where the backend serves its functions; not shown to the browser. */
  backendUrl?: string | undefined;
  /** Where single functions are served that are deployed on their own. */
  urls?: DebateClientOptions["urls"];
  /** Gives the session token of the request's user: `async () => (await auth()).getToken()`. */
  getToken: GetToken;
  fetch?: typeof fetch | undefined;
  /** Told why an answer had to be 503: the backend was not reached, or `getToken` threw. */
  onError?: ((error: unknown) => void) | undefined;
}

type Handler = (request: Request) => Promise<Response>;

const PASSED_ON = [
  ...["accept", "content-type", "idempotency-key", "last-event-id", "x-request-id"],
  ...["traceparent", "tracestate", "baggage", "sentry-trace"],
];
const NOT_PASSED_BACK =
  /^(access-control-.*|connection|content-(encoding|length)|date|keep-alive|server|set-cookie|transfer-encoding)$/;

/**
 * Make the handlers of a catch-all route that passes on the backend's functions, with the user's session token, in the
 * Node and the edge runtime. What the backend sends is passed through at once, a stream event by event.
 */
export function debateRoute(options: DebateRouteOptions): { GET: Handler; POST: Handler; DELETE: Handler } {
  const address = addresses(options.backendUrl, options.urls);
  const { getToken, onError = console.error } = options;
  const handle: Handler = async (request) => {
    const { pathname, search } = new URL(request.url);
    const [, mount = "", path = "", name] = FUNCTION.exec(pathname) ?? [];
    if (name === undefined) return problem(404, "not-found", "There is nothing here", "No function is served here.");
    if (isForeign(request)) {
      return problem(403, "cross-site", "The request comes from another site", "Send it from a page of this site.");
    }
    const target = address(name as FunctionName) + path + search;
    try {
      const send = options.fetch ?? fetch; // the one of now, which Next.js may have replaced
      const answer = await send(target, passedOn(request, await getToken({ skipCache: false })));
      return new Response(answer.body, { status: answer.status, headers: passedBack(answer.headers, mount) });
    } catch (error) {
      if (!request.signal.aborted) onError(error);
      return problem(503, "unavailable", "A service that this needs cannot be reached", "Try again.");
    }
  };
  return { GET: handle, POST: handle, DELETE: handle };
}

const FUNCTION = new RegExp(`^(.*?)(/(${Object.keys(routes).join("|")})(?:/[^/]+)?)$`);

/** Say whether a page of another site makes the browser send this with the user's cookies. */
function isForeign(request: Request): boolean {
  return request.method !== "GET" && request.headers.get("sec-fetch-site") === "cross-site";
}

function passedOn(request: Request, token: string | null | undefined): RequestInit {
  const headers = new Headers();
  for (const name of PASSED_ON) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (token) headers.set("authorization", `Bearer ${token}`);
  const body = request.body === null ? {} : { body: request.body, duplex: "half" };
  return { method: request.method, headers, ...body, signal: request.signal, cache: "no-store", redirect: "manual" };
}

function passedBack(from: Headers, mount: string): Headers {
  const headers = new Headers([...from].filter(([name]) => !NOT_PASSED_BACK.test(name)));
  const location = headers.get("location");
  if (location?.startsWith("/")) headers.set("location", mount + location);
  return headers;
}

function problem(status: number, name: string, title: string, detail: string): Response {
  const body: ProblemDetails = { type: `urn:problem:${name}`, title, status, detail, request_id: crypto.randomUUID() };
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (status === 503) headers.set("retry-after", "5");
  return new Response(JSON.stringify(body), { status, headers });
}
