import { ProblemError } from "@gayed-signals/debates";

/** Say in words what went wrong, and what to do. */
export function Problem({ error }: { error: Error }) {
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{error instanceof ProblemError ? error.title : "That did not work"}</strong>
      </p>
      <p>{error instanceof ProblemError ? error.detail : error.message}</p>
      {error instanceof ProblemError && <Particulars problem={error} />}
    </div>
  );
}

function Particulars({ problem }: { problem: ProblemError }) {
  return (
    <>
      {problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(({ pointer, detail }) => (
            <li key={pointer}>
              {pointer || "/"}: {detail}
            </li>
          ))}
        </ul>
      )}
      {problem.retryAfter !== undefined && <p>Try again in {wait(problem.retryAfter)}.</p>}
      <p className="note">Request {problem.requestId}</p>
    </>
  );
}

function wait(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
