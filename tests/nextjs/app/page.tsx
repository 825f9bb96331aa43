import { StartForm } from "../components/start_form";

export default function Page() {
  return (
    <>
      <h1>What shall be debated?</h1>
      <p>
        Three agents argue about a text and your signals, live; a judge closes with a verdict whose every quote can be
        checked. Nothing here is advice.
      </p>
      <StartForm />
    </>
  );
}
