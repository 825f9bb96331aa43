import type { Verdict } from "@gayed-signals/debates";
import { STANCES, shown } from "../agents";

/** The verdict, with a picture of stance and confidence, and evidence that leads to where it was said. */
export function VerdictView({ verdict }: { verdict: Verdict }) {
  return (
    <section aria-labelledby="verdict" className="verdict">
      <h2 id="verdict" tabIndex={-1}>
        Verdict
      </h2>
      <Stance verdict={verdict} />
      <p className="said">{verdict.summary}</p>
      <Points title="What speaks for it" points={verdict.key_points} />
      <Points title="Dissent" points={verdict.dissent} />
      <Points title="Not known" points={verdict.missing_data} />
      {verdict.evidence.length > 0 && <h3>Evidence, word for word</h3>}
      <ul className="evidence">
        {verdict.evidence.map((evidence) => (
          <li key={`${evidence.turn}${evidence.quote}`}>
            <q>{evidence.quote}</q> <Source evidence={evidence} />
          </li>
        ))}
      </ul>
      <Points
        title="Why the confidence is no other"
        points={verdict.adjustments.map(({ rule, from, to }) => `${rule}: from ${percent(from)} to ${percent(to)}`)}
      />
    </section>
  );
}

function Stance({ verdict: { stance, confidence } }: { verdict: Verdict }) {
  const { name, sign } = STANCES[stance];
  return (
    <div className={`stance ${stance}`}>
      <strong>
        <span aria-hidden="true">{sign}</span> {name}
      </strong>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={`Confidence ${percent(confidence)}`}>
        <rect className="all" width="100" height="6" />
        <rect className="held" width={confidence * 100} height="6" />
      </svg>
      <span>confidence {percent(confidence)}</span>
    </div>
  );
}

function Source({ evidence: { turn, agent } }: { evidence: Verdict["evidence"][number] }) {
  if (turn === null || agent === null) return <a href="#content">the content</a>;
  return (
    <a href={`#turn-${turn}`}>
      {shown(agent).name}, turn {turn}
    </a>
  );
}

function Points({ title, points }: { title: string; points: readonly string[] }) {
  if (points.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </>
  );
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
