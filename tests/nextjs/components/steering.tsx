"use client";

import { limits } from "@gayed-signals/debates";
import type { LiveDebate } from "@gayed-signals/debates/react";
import { type FormEvent, useState } from "react";
import { client } from "../client";
import { Problem } from "./problem";

/** What the user said to the agents, and as long as they debate, a way to say more. */
export function Steering({ id, steers, live }: { id: string; steers: LiveDebate["steers"]; live: boolean }) {
  if (!live && steers.length === 0) return null;
  return (
    <section aria-labelledby="steering">
      <h2 id="steering">Your remarks</h2>
      <ul>
        {steers.map((steer) => (
          <li key={steer.steer}>
            {steer.text} <small>{steer.applied ? "heard" : "waits for the next turn"}</small>
          </li>
        ))}
      </ul>
      {live && <Remark id={id} />}
    </section>
  );
}

function Remark({ id }: { id: string }) {
  const [text, setText] = useState("");
  const [error, setError] = useState<Error>();

  async function send(event: FormEvent) {
    event.preventDefault();
    setError(undefined);
    try {
      await client.steerDebate(id, text);
      setText("");
    } catch (failure) {
      setError(failure as Error);
    }
  }

  return (
    <>
      <form onSubmit={send}>
        <label htmlFor="remark">Say something that the agents are to answer</label>
        <div className="steer">
          <input
            id="remark"
            value={text}
            required
            maxLength={limits.steer.text.max}
            onChange={({ target }) => setText(target.value)}
          />
          <button type="submit">Send</button>
        </div>
      </form>
      {error && <Problem error={error} />}
    </>
  );
}
