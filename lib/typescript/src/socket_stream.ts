import { ConnectionError, ProblemError } from "./errors.js";
import { decode, type StreamEvent } from "./events.js";
import { address, session } from "./exchange.js";
import { problemTypes } from "./generated/contract.js";
import type { Settings } from "./settings.js";
import { Watch } from "./watch.js";

const PROTOCOL = "debate.v1";

/** What a close code of the contract means to whoever asked; any other is an end like that of an event stream. */
const REFUSALS: Record<number, [status: number, type: string, title: string]> = {
  1013: [503, problemTypes.unavailable, "A service that this needs cannot be reached"],
  4400: [400, problemTypes.malformedRequest, "The request could not be read"],
  4401: [401, problemTypes.sessionRequired, "A valid session is required"],
  4403: [403, "urn:problem:origin-not-allowed", "Pages of this origin may not call the backend; see CORS_ORIGINS"],
  4404: [404, problemTypes.notFound, "There is nothing here"],
  4429: [429, problemTypes.tooManyRequests, "Too many requests"],
};

/** Yield what one WebSocket says, until it ends, is cut or falls silent. Throws where it cannot be had. */
export async function* socketStream(
  settings: Settings,
  id: string,
  cursor: number,
  skipCache: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamEvent, void, undefined> {
  const watch = new Watch(signal);
  watch.allow(settings.timeoutMs, `The WebSocket did not open within ${settings.timeoutMs} ms.`);
  let socket: WebSocket | undefined;
  try {
    const token = await session(settings, watch, skipCache);
    socket = make(settings, url(address(settings, { to: "debate-stream", id, query: { after: cursor } })));
    const inbox = new Inbox(socket);
    await watch.race(inbox.opened);
    socket.send(JSON.stringify({ type: "auth", token: token ?? "" }));
    for (;;) {
      const data = await heard(inbox, settings.silenceMs, watch);
      if (data === undefined) return;
      const event = decode(data);
      if (event !== undefined) yield event;
    }
  } finally {
    socket?.close();
    watch.end();
  }
}

/**
 * Return the next frame, and nothing at the end. A silence ends it too, and is no failure: the pings of a WebSocket are
 * not shown to a page, so that it cannot tell a debate that is thinking from a connection that is dead.
 */
async function heard(inbox: Inbox, silenceMs: number, watch: Watch): Promise<string | undefined> {
  watch.allow(silenceMs, "The WebSocket was silent.");
  try {
    return await watch.race(inbox.next());
  } catch (error) {
    if (error instanceof ConnectionError) return undefined;
    throw error;
  } finally {
    watch.allow(undefined);
  }
}

function make(settings: Settings, where: string): WebSocket {
  if (settings.WebSocket === undefined) {
    throw new TypeError("createDebateClient: this runtime has no WebSocket; give one, or use the transport sse");
  }
  return new settings.WebSocket(where, PROTOCOL);
}

function url(http: string): string {
  const absolute = new URL(http, globalThis.location?.href);
  absolute.protocol = absolute.protocol === "https:" ? "wss:" : "ws:";
  return absolute.href;
}

/** What a socket has said and nobody has read yet. */
class Inbox {
  readonly opened: Promise<void>;
  readonly #frames: (string | undefined)[] = [];
  #failure: ProblemError | undefined;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.opened = new Promise((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("close", (event) => {
        this.#close(event);
        reject(new ConnectionError("The WebSocket could not be opened."));
      });
    });
    this.opened.catch(() => undefined); // who waits for it hears of it
    socket.addEventListener("error", () => undefined); // a close follows
    socket.addEventListener("message", (event) => this.#put(String(event.data)));
  }

  /** Return the next frame, and nothing at the end. Throws ProblemError where that was a refusal. */
  async next(): Promise<string | undefined> {
    while (this.#frames.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const frame = this.#frames.shift();
    if (frame === undefined && this.#failure !== undefined) throw this.#failure;
    return frame;
  }

  #put(frame: string | undefined): void {
    this.#frames.push(frame);
    this.#wake();
  }

  #close(event: CloseEvent): void {
    const refusal = REFUSALS[event.code];
    if (refusal !== undefined) {
      const [status, type, title] = refusal;
      const reason = event.reason === "" ? null : event.reason;
      const detail = `The WebSocket was closed with ${event.code}.`;
      this.#failure = new ProblemError({ status, type, title, detail, request_id: "", reason });
    }
    this.#put(undefined);
  }
}
