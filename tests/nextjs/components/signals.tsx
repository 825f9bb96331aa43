import type { Signal } from "@gayed-signals/debates";
import { STANCES } from "../agents";
import { Table } from "./table";

/** The signals that a debate was given. */
export function Signals({ signals }: { signals: readonly Signal[] }) {
  if (signals.length === 0) return <p className="note">No signals were given.</p>;
  return (
    <Table columns={["Signal", "State", "Value", "Strength", "As of"]}>
      {signals.map((signal) => (
        <tr key={signal.name}>
          <th scope="row">{signal.name}</th>
          <td className={signal.state}>
            <span aria-hidden="true">{STANCES[signal.state].sign}</span> {STANCES[signal.state].name}
          </td>
          <td>{signal.value ?? ""}</td>
          <td>{signal.strength ?? ""}</td>
          <td>
            <time dateTime={signal.as_of}>{signal.as_of.slice(0, 10)}</time>
          </td>
        </tr>
      ))}
    </Table>
  );
}
