import { ConnectionError } from "./errors.js";
import { eventTypes } from "./generated/contract.js";
import type { DebateEvent } from "./types.js";

/** An event of a newer backend, as it came; whoever does not know it goes on without it. */
export interface UnknownEvent {
  type: "unknown";
  seq: number;
  debate_id: string;
  at: string;
  raw: Record<string, unknown>;
}

/** What a stream yields. */
export type StreamEvent = DebateEvent | UnknownEvent;

const TERMINAL = ["debate.completed", "debate.failed", "debate.cancelled"] satisfies DebateEvent["type"][];

/** Say whether this is the last event of its debate. */
export function isTerminal(event: StreamEvent): boolean {
  return (TERMINAL as readonly string[]).includes(event.type);
}

/** Read an event; nothing where it is none of the log's. Throws ConnectionError where it did not arrive whole. */
export function decode(data: string): StreamEvent | undefined {
  const raw = parsed(data);
  const known = (eventTypes as readonly unknown[]).includes(raw.type);
  if (!Number.isSafeInteger(raw.seq)) {
    if (known) throw broken();
    return undefined;
  }
  if (known) return raw as unknown as DebateEvent;
  return {
    type: "unknown",
    seq: raw.seq as number,
    debate_id: String(raw.debate_id),
    at: String(raw.at),
    raw,
  };
}

function parsed(data: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (error) {
    throw broken({ cause: error });
  }
  if (typeof value !== "object" || value === null) throw broken();
  return value as Record<string, unknown>;
}

function broken(options?: ErrorOptions): ConnectionError {
  return new ConnectionError("The stream broke: an event did not arrive whole.", options);
}
