import { ConnectionError } from "./errors.js";
import { isTerminal, type StreamEvent } from "./events.js";
import { Retries } from "./retries.js";
import type { Settings } from "./settings.js";

/** Opens one connection, and yields its events until it ends. Throws where it is not to be had or falls silent. */
export type Connect = (cursor: number, skipCache: boolean) => AsyncIterable<StreamEvent>;

/** A connection that lasted so long was good, even where the debate had nothing to say. */
const GOOD_MS = 1_000;

/**
 * Follow a debate over as many connections as it takes, each event once, until its last one.
 *
 * `isOver` says whether a debate has nothing after an event, as a stream that begins there ends without a word.
 */
export async function* follow(
  connect: Connect,
  isOver: (cursor: number) => Promise<boolean>,
  settings: Settings,
  after: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamEvent, void, undefined> {
  const retries = new Retries(settings, signal);
  for (let cursor = after; ; ) {
    const begin = { cursor, time: Date.now() };
    try {
      for await (const event of connect(cursor, retries.skipCache)) {
        if (event.seq <= cursor) continue;
        cursor = event.seq;
        retries.reset();
        yield event;
        if (isTerminal(event)) return;
        signal?.throwIfAborted(); // what has arrived already is not wanted either
      }
      const short = Date.now() - begin.time < GOOD_MS;
      if (cursor === begin.cursor) {
        if (cursor > 0 && (await isOver(cursor))) return;
        if (short) throw new ConnectionError("The stream ends as soon as it has begun.");
      }
      retries.reset();
      await retries.pause();
    } catch (error) {
      await retries.after(error);
    }
  }
}
