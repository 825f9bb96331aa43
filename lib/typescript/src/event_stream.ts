import { AnswerError, ConnectionError } from "./errors.js";
import { decode, type StreamEvent } from "./events.js";
import { reached, send } from "./exchange.js";
import type { Settings } from "./settings.js";
import { type Message, SseParser } from "./sse.js";
import { Watch } from "./watch.js";

/** Yield what one event stream says, until it ends or is cut. Throws where it cannot be had, and where it is silent. */
export async function* eventStream(
  settings: Settings,
  id: string,
  cursor: number,
  skipCache: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamEvent, void, undefined> {
  const watch = new Watch(signal);
  watch.allow(settings.timeoutMs, `The stream did not open within ${settings.timeoutMs} ms.`);
  try {
    const resume: Record<string, string> = cursor > 0 ? { "last-event-id": String(cursor) } : {};
    const headers = { accept: "text/event-stream", ...resume };
    const response = await send(settings, { to: "debate-stream", id, headers }, watch, skipCache);
    if (response.status === 204) return; // nothing will follow, ever
    for await (const message of messages(body(response), settings.silenceMs, watch)) {
      if (message.event === "stream.reconnect") return;
      const event = decode(message.data);
      if (event !== undefined) yield event;
    }
  } finally {
    watch.end();
  }
}

function body(response: Response): ReadableStream<Uint8Array> {
  if (response.body === null || !(response.headers.get("content-type") ?? "").startsWith("text/event-stream")) {
    throw new AnswerError("What answered is no event stream, and so not the backend.", response.status);
  }
  return response.body;
}

async function* messages(
  stream: ReadableStream<Uint8Array>,
  silenceMs: number,
  watch: Watch,
): AsyncGenerator<Message, void, undefined> {
  const reader = stream.getReader();
  const parser = new SseParser();
  try {
    for (;;) {
      watch.allow(silenceMs, `The stream was silent for ${silenceMs} ms.`);
      const bytes = await next(reader, watch);
      watch.allow(undefined); // whoever reads may take as long as it wants
      if (bytes === undefined) return;
      yield* parser.push(bytes);
    }
  } finally {
    reader.cancel().catch(() => undefined); // of a stream that may have broken already
  }
}

/** Return what comes next; nothing at the end, and nothing where the connection is cut, which comes to the same. */
async function next(reader: ReadableStreamDefaultReader<Uint8Array>, watch: Watch): Promise<Uint8Array | undefined> {
  try {
    return (await reached(watch, reader.read())).value;
  } catch (error) {
    if (watch.signal.aborted || !(error instanceof ConnectionError)) throw error;
    return undefined;
  }
}
