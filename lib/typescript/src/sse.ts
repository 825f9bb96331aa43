import { ConnectionError } from "./errors.js";

/** One message of an event stream. */
export interface Message {
  event: string;
  data: string;
}

/** No event of a debate comes near it; a server that never ends a line must not fill the memory. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * Parses an event stream as https://html.spec.whatwg.org/multipage/server-sent-events.html does, whatever the borders
 * of its chunks. What comes after the last empty line is no message, as it may have been cut.
 */
export class SseParser {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #event = "";
  #data: string[] = [];
  #size = 0;

  /** Return the messages that these bytes complete. Throws ConnectionError where one is larger than any could be. */
  push(bytes: Uint8Array): Message[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text; // a line feed may follow
    const lines = whole.split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? "") + text.slice(whole.length);
    const messages = lines.map((line) => this.#line(line)).filter((message) => message !== undefined);
    if (this.#rest.length + this.#size > MOST_CHARACTERS)
      throw new ConnectionError("The stream broke: an event is larger than any could be.");
    return messages;
  }

  #line(line: string): Message | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    if (field === "data") {
      this.#data.push(value);
      this.#size += value.length;
    }
    return undefined;
  }

  #dispatch(): Message | undefined {
    const message = { event: this.#event || "message", data: this.#data.join("\n") };
    const empty = this.#data.length === 0;
    this.#event = "";
    this.#data = [];
    this.#size = 0;
    return empty ? undefined : message;
  }
}
