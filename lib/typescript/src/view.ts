import type { StreamEvent } from "./events.js";
import type { DebateStatus, DebateUsage, EventProblem, Verdict } from "./types.js";

/** One turn of a debate, with what has been said of it so far. */
export interface Turn {
  turn: number;
  round: number;
  agent: string;
  role: "debater" | "judge";
  state: "speaking" | "completed" | "failed";
  text: string;
  /** Why it was left out; `problem.type` is a key of `failureTypes`, or one that a newer backend has. */
  problem: EventProblem | null;
}

/** What the user said during the debate; once applied, the next agents have read it. */
export interface Steer {
  steer: number;
  text: string;
  applied: boolean;
}

/** What the events of a debate add up to. */
export interface DebateView {
  id: string | null;
  status: DebateStatus;
  title: string;
  rounds: number;
  agents: readonly string[];
  /** The model that speaks; `offline` is the rule-based one, and a page has to say so. */
  model: string | null;
  turns: readonly Turn[];
  steers: readonly Steer[];
  verdict: Verdict | null;
  /** Why the debate failed; `problem.type` is a key of `failureTypes`, or one that a newer backend has. */
  problem: EventProblem | null;
  /** What it used, once it has ended by itself. */
  usage: DebateUsage | null;
  lastSeq: number;
}

/** A debate of which nothing is known yet. */
export const unseen: DebateView = {
  id: null,
  status: "queued",
  title: "",
  rounds: 0,
  agents: [],
  model: null,
  turns: [],
  steers: [],
  verdict: null,
  problem: null,
  usage: null,
  lastSeq: 0,
};

/** Add the next event; what it does not touch stays the same object. */
export function fold(view: DebateView, event: StreamEvent): DebateView {
  return { ...view, id: event.debate_id, lastSeq: event.seq, ...change(view, event) };
}

function change(view: DebateView, event: StreamEvent): Partial<DebateView> {
  switch (event.type) {
    case "debate.queued":
      return { title: event.title, rounds: event.rounds, agents: event.agents };
    case "debate.started":
      return { status: "running", model: event.model };
    case "turn.started": {
      const { turn, round, agent, role } = event;
      return turnOf(view, turn, { round, agent, role, state: "speaking", text: "" });
    }
    case "turn.delta":
      return turnOf(view, event.turn, { text: spoken(view, event.turn) + event.text });
    case "turn.reset":
      return turnOf(view, event.turn, { text: "" });
    case "turn.completed": {
      const { turn, round, agent, text } = event;
      return turnOf(view, turn, { round, agent, text, state: "completed" });
    }
    case "turn.failed": {
      const { turn, round, agent, problem } = event;
      return turnOf(view, turn, { round, agent, problem, state: "failed" });
    }
    case "steer.accepted":
      return { steers: [...view.steers, { steer: event.steer, text: event.text, applied: false }] };
    case "steer.applied":
      return { steers: view.steers.map((one) => (one.steer === event.steer ? { ...one, applied: true } : one)) };
    case "verdict.completed":
      return { verdict: event.verdict };
    case "debate.completed":
      return { status: "completed", usage: event.usage };
    case "debate.failed":
      return { status: "failed", problem: event.problem, usage: event.usage };
    case "debate.cancelled":
      return { status: "cancelled", usage: event.usage };
    case "tool.completed": // a turn's text says what the agent made of the result; a page that shows calls reads the events
    case "unknown": // an event of a newer backend
      return {};
    default:
      event satisfies never; // the compiler stops at an event type that has no case above
      return {};
  }
}

function spoken(view: DebateView, turn: number): string {
  return view.turns.find((one) => one.turn === turn)?.text ?? "";
}

function turnOf(view: DebateView, turn: number, news: Partial<Turn>): Pick<DebateView, "turns"> {
  const silent: Turn = { turn, round: 0, agent: "", role: "debater", state: "speaking", text: "", problem: null };
  if (view.turns.some((one) => one.turn === turn)) {
    return { turns: view.turns.map((one) => (one.turn === turn ? { ...one, ...news } : one)) };
  }
  return { turns: [...view.turns, { ...silent, ...news }] };
}
