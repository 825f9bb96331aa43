import { describe, expect, it } from "vitest";
import { SseParser } from "../src/sse.js";

const STREAM = [
  "\uFEFF: open\n\n",
  'id: 1\nevent: turn.delta\ndata: {"text":"5 % – ünïcode 🙂"}\n\n',
  "event: two\r\ndata:one\r\ndata: two\r\n\r\n",
  "data\rretry: 5\r\r",
  "event: nothing\n\n",
  'event: half\ndata: {"se',
].join("");
const MESSAGES = [
  { event: "turn.delta", data: '{"text":"5 % – ünïcode 🙂"}' },
  { event: "two", data: "one\ntwo" },
  { event: "message", data: "" },
];

describe("an event stream", () => {
  it("is parsed the same wherever its bytes are cut, and what is not whole is left out", () => {
    const bytes = new TextEncoder().encode(STREAM);
    for (const size of [1, 2, 3, 7, 50, bytes.length]) {
      const parser = new SseParser();
      const messages = [];
      for (let at = 0; at < bytes.length; at += size) messages.push(...parser.push(bytes.slice(at, at + size)));
      expect(messages).toEqual(MESSAGES);
    }
  });

  it("does not fill the memory with a line that never ends", () => {
    const parser = new SseParser();
    const much = new TextEncoder().encode(`data: ${"x".repeat(5_000_000)}`);
    parser.push(much);
    expect(() => parser.push(much)).toThrow("larger than any");
  });
});
