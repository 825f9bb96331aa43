import type { FunctionName } from "./types.js";

/** Gives the session token of whoever is signed in, or nothing; Clerk's `getToken` is one. */
export type GetToken = (options: {
  skipCache: boolean;
}) => Promise<string | null | undefined> | string | null | undefined;

/** How a client is made. */
export interface DebateClientOptions {
  /** Where the functions are served: the backend's address, or the path of a `debateRoute`. */
  baseUrl?: string | undefined;
  /** Where single functions are served that are deployed on their own. */
  urls?: Partial<Record<FunctionName, string>> | undefined;
  /** Asked before every attempt, so that no token is used that was cached; left out where a `debateRoute` adds it. */
  getToken?: GetToken | undefined;
  fetch?: typeof fetch | undefined;
  WebSocket?: typeof WebSocket | undefined;
  /** How often a call comes again after a failure that may pass; of a stream, after how many in a row it gives up. */
  maxRetries?: number | undefined;
  /** The wait before the first retry, which doubles with each, up to 15 s. */
  retryDelayMs?: number | undefined;
  /** The most time for an answer. */
  timeoutMs?: number | undefined;
  /** The most time that an event stream may be silent, which pings every 15 s. */
  silenceMs?: number | undefined;
}

/** The options with all that was left open. */
export interface Settings {
  address: (name: FunctionName) => string;
  getToken: GetToken | undefined;
  fetch: typeof fetch;
  WebSocket: typeof WebSocket | undefined;
  maxRetries: number;
  retryDelayMs: number;
  timeoutMs: number;
  silenceMs: number;
}

/** Return what names the address of a function. */
export function addresses(base: string | undefined, urls: DebateClientOptions["urls"]): (name: FunctionName) => string {
  return (name) => {
    const found = urls?.[name] ?? base;
    if (found === undefined)
      throw new TypeError(`There is no address for ${name}: give one for all, or urls["${name}"].`);
    return found.replace(/\/+$/, "");
  };
}

/** Fill in what was left open. */
export function settle(options: DebateClientOptions): Settings {
  return {
    address: addresses(options.baseUrl, options.urls),
    getToken: options.getToken,
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    maxRetries: options.maxRetries ?? 5,
    retryDelayMs: options.retryDelayMs ?? 500,
    timeoutMs: options.timeoutMs ?? 15_000,
    silenceMs: options.silenceMs ?? 40_000,
  };
}
