import type { Turn } from "@gayed-signals/debates";
import { shown } from "../agents";

/** The turns of a debate by rounds, each with an anchor that the evidence of the verdict leads to. */
export function Turns({ turns, rounds }: { turns: readonly Turn[]; rounds: number }) {
  const debaters = turns.filter((turn) => turn.role === "debater");
  const numbers = [...new Set(debaters.map((turn) => turn.round))];
  return numbers.map((round) => (
    <section key={round} aria-labelledby={`round-${round}`}>
      <h2 id={`round-${round}`}>
        Round {round} of {rounds}
      </h2>
      {debaters
        .filter((turn) => turn.round === round)
        .map((turn) => (
          <OneTurn key={turn.turn} turn={turn} />
        ))}
    </section>
  ));
}

function OneTurn({ turn }: { turn: Turn }) {
  const { name, sign } = shown(turn.agent);
  const speaking = turn.state === "speaking";
  return (
    <article id={`turn-${turn.turn}`} className={`turn ${turn.agent}`} tabIndex={-1} aria-busy={speaking}>
      <h3>
        <span aria-hidden="true">{sign}</span> {name} <small>turn {turn.turn}</small>
      </h3>
      {turn.problem ? (
        <p className="note">Left out: {turn.problem.detail}</p>
      ) : (
        <p className="said">
          {turn.text}
          {speaking && <span className="caret" aria-hidden="true" />}
        </p>
      )}
    </article>
  );
}
