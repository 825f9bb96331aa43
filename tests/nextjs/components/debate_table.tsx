"use client";

import type { Debate } from "@gayed-signals/debates";
import Link from "next/link";
import { useCallback, useEffect, useState } from "react";
import { client } from "../client";
import { Problem } from "./problem";
import { Table } from "./table";

/** The user's debates, newest first, page by page. */
export function DebateTable() {
  const [debates, setDebates] = useState<readonly Debate[]>([]);
  const [cursor, setCursor] = useState<string | null>();
  const [error, setError] = useState<Error>();

  const load = useCallback(async (from?: string) => {
    try {
      const page = await client.debates({ cursor: from });
      setDebates((before) => (from ? [...before, ...page.items] : page.items));
      setCursor(page.next_cursor);
    } catch (failure) {
      setError(failure as Error);
    }
  }, []);
  useEffect(() => void load(), [load]);

  if (error) return <Problem error={error} />;
  if (cursor === undefined) return <p role="status">Loading ...</p>;
  if (debates.length === 0) return <p>There is none yet.</p>;
  return (
    <>
      <Table columns={["Debate", "State", "Rounds", "Begun"]}>
        {debates.map((debate) => (
          <tr key={debate.id}>
            <th scope="row">
              <Link href={`/debates/${debate.id}`}>{debate.title}</Link>
            </th>
            <td>{debate.status}</td>
            <td>{debate.rounds}</td>
            <td>
              <time dateTime={debate.created_at}>{new Date(debate.created_at).toLocaleString()}</time>
            </td>
          </tr>
        ))}
      </Table>
      {cursor && (
        <button type="button" onClick={() => load(cursor)}>
          Show more
        </button>
      )}
    </>
  );
}
