import { defineConfig } from "vitest/config";

const shared = { globalSetup: "tests/backend.ts", dangerouslyIgnoreUnhandledErrors: false, testTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: "node", environment: "node", include: ["tests/*.test.ts"] } },
      { test: { ...shared, name: "edge", environment: "edge-runtime", include: ["tests/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "react",
          environment: "happy-dom",
          environmentOptions: { happyDOM: { settings: { fetch: { disableSameOriginPolicy: true } } } },
          include: ["tests/react/*.test.ts"],
        },
      },
    ],
  },
});
