"use client";

import { useChat } from "@ai-sdk/react";
import type { Verdict } from "@gayed-signals/debates";
import { DefaultChatTransport, type UIMessage } from "ai";
import { type FormEvent, useState } from "react";
import { shown } from "../agents";
import { VerdictView } from "./verdict";

type Turn = { agent: string; round: number; discarded?: boolean; problem?: { detail: string } };
type Message = UIMessage<unknown, { turn: Turn; verdict: Verdict }>;

/** The same debate through the AI SDK's own hook, straight from the backend, with nothing but an address and a token. */
export function Chat({ id, api }: { id: string; api: string }) {
  const [text, setText] = useState("");
  const [transport] = useState(
    () =>
      new DefaultChatTransport<Message>({
        api,
        headers: async () => ({ authorization: `Bearer ${await (await fetch("/api/session")).text()}` }),
      }),
  );
  const { messages, sendMessage, status, error } = useChat<Message>({ id, transport, resume: true });
  const busy = status === "submitted" || status === "streaming";

  async function send(event: FormEvent) {
    event.preventDefault();
    setText("");
    await sendMessage({ text });
  }

  return (
    <>
      <h1>Chat</h1>
      <p role="status" className="note">
        {busy ? "The agents speak ..." : status === "ready" && messages.length > 0 ? "The debate has ended." : ""}
      </p>
      <ol className="chat">
        {messages.map((message) => (
          <li key={message.id} id={message.role === "user" ? "content" : undefined} className={message.role}>
            {message.parts.map((part, place) => (
              <Part key={`${message.id} ${place.toString()}`} part={part} before={message.parts[place - 1]} />
            ))}
          </li>
        ))}
      </ol>
      {error && (
        <div className="problem" role="alert">
          {error.message}
        </div>
      )}
      <form onSubmit={send}>
        <label htmlFor="said">A text that is to be debated</label>
        <textarea id="said" rows={6} required minLength={10} value={text} onChange={({ target }) => setText(target.value)} />
        <div className="actions">
          <button type="submit" className="primary" disabled={busy || messages.length > 0}>
            Send
          </button>
        </div>
      </form>
    </>
  );
}

type PartOfMessage = Message["parts"][number];

/** A text belongs to the turn before it, and neither is shown where that attempt does not count. */
function Part({ part, before }: { part: PartOfMessage; before: PartOfMessage | undefined }) {
  switch (part.type) {
    case "data-turn":
      return <Heading turn={part.data} anchor={part.id?.split(".")[0]} />;
    case "text":
      return before?.type === "data-turn" && before.data.discarded ? null : <p className="said">{part.text}</p>;
    case "data-verdict":
      return <VerdictView verdict={part.data} />;
    default:
      return null;
  }
}

/** Of the attempts at a turn one counts, which the evidence of the verdict leads to. */
function Heading({ turn: { agent, discarded, problem }, anchor }: { turn: Turn; anchor: string | undefined }) {
  if (discarded && !problem) return null;
  return (
    <>
      <h3 id={anchor}>{shown(agent).name}</h3>
      {problem && <p className="note">Left out: {problem.detail}</p>}
    </>
  );
}
