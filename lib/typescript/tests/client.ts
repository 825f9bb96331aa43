import { createDebateClient, type DebateClient, type DebateClientOptions, type StreamEvent } from "../src/index.js";

/** Make a client that does not take its time. */
export function impatient(baseUrl: string, options: DebateClientOptions = {}): DebateClient {
  const quick = { maxRetries: 3, retryDelayMs: 1, timeoutMs: 2_000, silenceMs: 300 };
  return createDebateClient({ baseUrl, getToken: () => "token", ...quick, ...options });
}

/** Return all that a stream yields. */
export async function all(stream: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Return what a promise fails with. */
export function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("did not fail");
    },
    (error: unknown) => error,
  );
}
