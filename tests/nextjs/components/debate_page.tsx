"use client";

import type { DebateRequest } from "@gayed-signals/debates";
import { type LiveDebate, useDebate } from "@gayed-signals/debates/react";
import { useEffect, useState } from "react";
import { client } from "../client";
import { recall } from "../memory";
import { shown } from "../agents";
import { Problem } from "./problem";
import { Signals } from "./signals";
import { Steering } from "./steering";
import { Turns } from "./turns";
import { VerdictView } from "./verdict";

const STATUS: Record<LiveDebate["status"], string> = {
  idle: "",
  loading: "Looking for the debate ...",
  queued: "Waiting for a free worker ...",
  running: "Under way",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** One debate, live or past. */
export function DebatePage({ id }: { id: string }) {
  const debate = useDebate(id, { client });
  const request = useRequest(id);
  const live = debate.status === "queued" || debate.status === "running";
  return (
    <>
      <h1>{debate.title || "Debate"}</h1>
      {debate.model === "offline" && (
        <p className="offline">This is the offline model: rules that quote and count, and no opinion.</p>
      )}
      <Progress debate={debate} />
      {debate.error && <Problem error={debate.error} />}
      {debate.problem && <Problem error={new Error(`${debate.problem.title}: ${debate.problem.detail}`)} />}
      {live && (
        <div className="actions">
          <button type="button" onClick={debate.cancel}>
            Cancel the debate
          </button>
        </div>
      )}
      <Material request={request} />
      <Turns turns={debate.turns} rounds={debate.rounds} />
      <Steering id={id} steers={debate.steers} live={live} />
      {debate.verdict && <VerdictView verdict={debate.verdict} />}
    </>
  );
}

/** How far the debate is, also for those who do not see it: only whole steps are read out, not each word. */
function Progress({ debate }: { debate: LiveDebate }) {
  const turns = debate.rounds * debate.agents.length + 1;
  const done = debate.turns.filter((turn) => turn.state !== "speaking").length;
  const speaking = debate.turns.find((turn) => turn.state === "speaking");
  const live = debate.status === "running" && speaking;
  return (
    <div className="progress">
      <progress max={Math.max(turns, 1)} value={done} aria-label="Turns that have ended" />
      <span role="status" aria-live="polite">
        {STATUS[debate.status]}
        {live ? `: ${shown(speaking.agent).name} ${speaking.role === "judge" ? "decides" : "speaks"}` : ""}
      </span>
    </div>
  );
}

function Material({ request }: { request: DebateRequest | undefined }) {
  return (
    <section aria-labelledby="content">
      <h2 id="content" tabIndex={-1}>
        Under debate
      </h2>
      {request ? <Asked request={request} /> : <p className="note">The page that started this debate shows its text.</p>}
    </section>
  );
}

function Asked({ request: { content, question, signals } }: { request: DebateRequest }) {
  return (
    <>
      {question && (
        <p>
          <strong>Question</strong> {question}
        </p>
      )}
      <div className="content" tabIndex={0} role="region" aria-labelledby="content">
        {content.text}
      </div>
      <h3>Signals</h3>
      <Signals signals={signals ?? []} />
    </>
  );
}

function useRequest(id: string): DebateRequest | undefined {
  const [request, setRequest] = useState<DebateRequest>();
  useEffect(() => setRequest(recall(id)), [id]);
  return request;
}
