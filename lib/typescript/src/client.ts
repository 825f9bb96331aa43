import { eventStream } from "./event_stream.js";
import type { StreamEvent } from "./events.js";
import { ask } from "./exchange.js";
import { type DebateClientOptions, settle } from "./settings.js";
import { socketStream } from "./socket_stream.js";
import { follow } from "./stream.js";
import type { Caller, Debate, DebateList, DebateRequest, DebateResult, DebateStatus, Health } from "./types.js";

/** What every call takes: a signal that ends it. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface StartOptions extends CallOptions {
  /** Requests with the same key are one debate, for a day; each call has a key of its own where none is given. */
  idempotencyKey?: string | undefined;
}

export interface StreamOptions extends CallOptions {
  /** The seq of the last event that is known already. */
  after?: number | undefined;
  /** What carries the events; they are the same. A `debateRoute` passes on event streams only. */
  transport?: "sse" | "websocket" | undefined;
}

export interface ListOptions extends CallOptions {
  limit?: number | undefined;
  cursor?: string | undefined;
  status?: DebateStatus | undefined;
}

/** The backend's functions; each method throws a DebateError, or the reason of its signal. */
export interface DebateClient {
  /** Say what is served and how its resources are, also where one is down. */
  health(options?: CallOptions): Promise<Health>;
  /** Say who is calling. */
  authCheck(options?: CallOptions): Promise<Caller>;
  startDebate(request: DebateRequest, options?: StartOptions): Promise<Debate>;
  /** Yield a debate's events, past and live, each once and in order, until the last; reconnects by itself. */
  streamDebate(id: string, options?: StreamOptions): AsyncGenerator<StreamEvent, void, undefined>;
  /** Say what came out of a debate so far. */
  debate(id: string, options?: CallOptions): Promise<DebateResult>;
  /** List the caller's debates, newest first; `next_cursor` leads to the next page. */
  debates(options?: ListOptions): Promise<DebateList>;
  cancelDebate(id: string, options?: CallOptions): Promise<Debate>;
  /** Say something that the agents answer in their next turns. */
  steerDebate(id: string, text: string, options?: CallOptions): Promise<Debate>;
  /** Erase a debate that has ended. */
  deleteDebate(id: string, options?: CallOptions): Promise<void>;
}

/** Make a client; it holds no connection and nothing to be closed. */
export function createDebateClient(options: DebateClientOptions): DebateClient {
  const settings = settle(options);
  const hasNothingAfter = async (id: string, cursor: number, signal: AbortSignal | undefined): Promise<boolean> => {
    const { debate } = await ask<DebateResult>({ ...settings, maxRetries: 0 }, { to: "debate-result", id }, signal);
    return debate.ended_at !== null && debate.last_seq <= cursor;
  };
  return {
    health: ({ signal } = {}) => ask(settings, { to: "health", also: 503 }, signal),
    authCheck: ({ signal } = {}) => ask(settings, { to: "auth-check" }, signal),
    startDebate: (request, { idempotencyKey = unique(), signal } = {}) => {
      const headers = { "idempotency-key": idempotencyKey };
      return ask(settings, { to: "debate-start", headers, body: request }, signal);
    },
    streamDebate: (id, { after = 0, transport = "sse", signal } = {}) => {
      const open = transport === "sse" ? eventStream : socketStream;
      return follow(
        (cursor, skipCache) => open(settings, id, cursor, skipCache, signal),
        (cursor) => hasNothingAfter(id, cursor, signal),
        settings,
        after,
        signal,
      );
    },
    debate: (id, { signal } = {}) => ask(settings, { to: "debate-result", id }, signal),
    debates: ({ signal, ...query } = {}) => ask(settings, { to: "debate-list", query }, signal),
    cancelDebate: (id, { signal } = {}) => ask(settings, { to: "debate-cancel", id }, signal),
    steerDebate: (id, text, { signal } = {}) =>
      ask(settings, { to: "debate-steer", id, body: { text }, repeatable: false }, signal),
    deleteDebate: (id, { signal } = {}) => ask(settings, { to: "debate-delete", id }, signal),
  };
}

/** Make a key that nobody else has; `randomUUID` is not there on a page that was served without TLS. */
function unique(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
