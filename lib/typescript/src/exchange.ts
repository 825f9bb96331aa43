import { AnswerError, ConnectionError, ProblemError, TokenError } from "./errors.js";
import { routes } from "./generated/contract.js";
import { Retries } from "./retries.js";
import type { Settings } from "./settings.js";
import type { FunctionName, ProblemDetails } from "./types.js";
import { Watch } from "./watch.js";

/** One request of the contract. */
export interface Call {
  to: FunctionName;
  id?: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  body?: unknown;
  /** Whether sending it twice does what sending it once does; it does unless said otherwise. */
  repeatable?: boolean;
  /** A status beside the successes whose body is an answer too. */
  also?: number;
}

/** Return where a call goes. */
export function address(settings: Settings, call: Call): string {
  const path = routes[call.to].path.replace("{debate_id}", encodeURIComponent(call.id ?? ""));
  const given = Object.entries(call.query ?? {}).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return settings.address(call.to) + path + (query && `?${query}`);
}

/** Send a request until it is answered, as often as it makes sense, and read the answer. */
export async function ask<T>(settings: Settings, call: Call, signal: AbortSignal | undefined): Promise<T> {
  const retries = new Retries(settings, signal, call.repeatable);
  for (;;) {
    try {
      return await once<T>(settings, call, signal, retries.skipCache);
    } catch (error) {
      await retries.after(error);
    }
  }
}

async function once<T>(
  settings: Settings,
  call: Call,
  signal: AbortSignal | undefined,
  skipCache: boolean,
): Promise<T> {
  const watch = new Watch(signal);
  watch.allow(settings.timeoutMs, `The backend did not answer within ${settings.timeoutMs} ms.`);
  try {
    const response = await send(settings, call, watch, skipCache);
    const text = await body(response, watch);
    if (response.status === 204) return undefined as T;
    return parsed(text, response.status) as T;
  } finally {
    watch.end();
  }
}

/** Send a request once, with a token of now. Throws what a caller is to see. */
export async function send(settings: Settings, call: Call, watch: Watch, skipCache: boolean): Promise<Response> {
  const token = await session(settings, watch, skipCache);
  const headers = new Headers({ accept: "application/json", ...call.headers });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (call.body !== undefined) headers.set("content-type", "application/json");
  const response = await reached(
    watch,
    settings.fetch(address(settings, call), {
      method: routes[call.to].method,
      headers,
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: watch.signal,
      cache: "no-store",
    }),
  );
  if (response.ok || (response.status === call.also && !isProblem(response))) return response;
  throw await refusal(response, watch);
}

/** Ask for the session token. Throws TokenError where there is none. */
export async function session(settings: Settings, watch: Watch, skipCache: boolean): Promise<string | undefined> {
  const { getToken } = settings;
  if (getToken === undefined) return undefined;
  let token: string | null | undefined;
  try {
    token = await watch.race((async () => getToken({ skipCache }))());
  } catch (error) {
    if (watch.signal.aborted) throw error;
    throw new TokenError("getToken failed, so that nothing was sent.", false, { cause: error });
  }
  if (!token) throw new TokenError("getToken gave no token: nobody is signed in.", true);
  return token;
}

/** Wait for something of the network. */
export async function reached<T>(watch: Watch, work: PromiseLike<T>): Promise<T> {
  try {
    return await watch.race(work);
  } catch (error) {
    if (watch.signal.aborted) throw watch.signal.reason;
    throw new ConnectionError("The backend cannot be reached, or the connection to it broke.", { cause: error });
  }
}

function body(response: Response, watch: Watch): Promise<string> {
  return reached(watch, response.text());
}

function isProblem(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").startsWith("application/problem+json");
}

async function refusal(response: Response, watch: Watch): Promise<ProblemError | AnswerError> {
  const text = await body(response, watch);
  const retryAfter = secondsUntil(response.headers.get("retry-after"));
  if (!isProblem(response)) return strange(response.status, { retryAfter });
  const problem = parsed(text, response.status) as Partial<ProblemDetails> | null;
  if (typeof problem?.type !== "string") return strange(response.status, { retryAfter });
  const complete = { title: "", status: response.status, detail: "", request_id: "", ...problem } as ProblemDetails;
  return new ProblemError(complete, retryAfter);
}

/** Read Retry-After, which is seconds or a date (RFC 9110). */
function secondsUntil(given: string | null): number | undefined {
  if (given === null) return undefined;
  const seconds = /^\d+$/.test(given) ? Number(given) : (Date.parse(given) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw strange(status, { cause: error });
  }
}

function strange(status: number, options: ErrorOptions & { retryAfter?: number | undefined }): AnswerError {
  return new AnswerError(
    `What answered with status ${status} is not the backend: its answer is not of the contract. Look at baseUrl and urls.`,
    status,
    options,
  );
}
