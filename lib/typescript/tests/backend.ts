import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    backend: { url: string; token: string; stranger: string; expired: string; origin: string };
  }
}

/** Tell the tests of the backend that tests/lib/typescript/test_typescript.py serves; without it those that need one are skipped. */
export default function setup(project: TestProject): void {
  const {
    BACKEND_URL: url = "",
    TOKEN: token = "",
    STRANGER_TOKEN: stranger = "",
    EXPIRED_TOKEN: expired = "",
  } = process.env;
  const origin = process.env.PAGE_ORIGIN ?? "";
  project.provide("backend", { url, token, stranger, expired, origin });
}
