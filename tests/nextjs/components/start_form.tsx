"use client";

import { type DebateRequest, limits, type Signal } from "@gayed-signals/debates";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { client } from "../client";
import { remember } from "../memory";
import { Problem } from "./problem";
import { Signals } from "./signals";

const EMPTY = { title: "", text: "", question: "" };

/** Ask for what is to be debated, and go to the debate once it has started. */
export function StartForm() {
  const router = useRouter();
  const [fields, setFields] = useState(EMPTY);
  const [rounds, setRounds] = useState(2);
  const [signals, setSignals] = useState<readonly Signal[]>([]);
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);

  const field = (name: keyof typeof EMPTY) => ({
    id: name,
    value: fields[name],
    onChange: ({ target }: { target: { value: string } }) => setFields({ ...fields, [name]: target.value }),
  });

  async function fill() {
    const example = (await (await fetch("/api/example")).json()) as DebateRequest;
    setFields({ ...EMPTY, title: example.content.title, text: example.content.text });
    setSignals(example.signals ?? []);
  }

  async function start(event: FormEvent) {
    event.preventDefault();
    const { title, text, question } = fields;
    const request: DebateRequest = {
      content: { type: "article", title, text },
      rounds,
      signals: [...signals],
      ...(question && { question }),
    };
    setBusy(true);
    setError(undefined);
    try {
      const debate = await client.startDebate(request);
      remember(debate.id, request);
      router.push(`/debates/${debate.id}`);
    } catch (failure) {
      setError(failure as Error);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={start} aria-busy={busy}>
      <label htmlFor="title">Title</label>
      <input {...field("title")} required maxLength={limits.content.title.max} />
      <label htmlFor="text">Text</label>
      <textarea {...field("text")} required rows={10} minLength={limits.content.text.min} maxLength={limits.content.text.max} />
      <label htmlFor="question">Question (may be left empty)</label>
      <input {...field("question")} maxLength={limits.question.max} />
      <label htmlFor="rounds">Rounds</label>
      <select id="rounds" value={rounds} onChange={({ target }) => setRounds(Number(target.value))}>
        {[1, 2, 3, 4, 5].map((count) => (
          <option key={count}>{count}</option>
        ))}
      </select>
      <h2>Signals</h2>
      <Signals signals={signals} />
      {error && <Problem error={error} />}
      <div className="actions">
        <button type="submit" className="primary" disabled={busy}>
          {busy ? "Starting ..." : "Start the debate"}
        </button>
        <button type="button" onClick={fill}>
          Use the example
        </button>
      </div>
    </form>
  );
}
