import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { validateRequest } from "../src/index.js";

/** The table that the backend's tests read as well, where the rows are said; `repeat` is a text or a list, so often. */
const ROWS: { name: string; request: unknown; pointers: string[] }[] = JSON.parse(
  readFileSync(new URL("../../../tests/fixtures/requests.json", import.meta.url), "utf8"),
  (_, value) => (typeof value?.times === "number" ? repeated(value) : value),
);

function repeated({ repeat, times }: { repeat: string | unknown[]; times: number }): unknown {
  return typeof repeat === "string" ? repeat.repeat(times) : Array.from({ length: times }, () => repeat).flat();
}

describe("validateRequest", () => {
  it.each(ROWS)("finds what the backend finds in $name", ({ request, pointers }) => {
    const found = validateRequest(request).map(({ pointer }) => pointer);
    expect(found.sort()).toEqual([...pointers].sort());
  });

  it("takes what is undefined for what is left out", () => {
    const content = { type: "text", title: "Utilities", text: "Utilities lead.", url: undefined };
    expect(validateRequest({ content, question: undefined })).toEqual([]);
  });
});
