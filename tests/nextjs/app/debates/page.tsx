import { DebateTable } from "../../components/debate_table";

export default function Page() {
  return (
    <>
      <h1>Your debates</h1>
      <DebateTable />
    </>
  );
}
