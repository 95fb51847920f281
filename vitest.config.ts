import { defineConfig } from "vitest/config";
import { PlainSummary } from "./tests/reporter/plain-summary.ts";

const source = { ssr: { resolve: { conditions: ["@sluice/source"] } }, resolve: { conditions: ["@sluice/source"] } };

export default defineConfig({
  test: {
    reporters: ["default", new PlainSummary()],
    projects: [
      {
        ...source,
        test: {
          name: "unit",
          globalSetup: ["tests/harness/build.ts"],
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "tests/architecture.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        ...source,
        test: {
          name: "system",
          include: ["tests/*/**/*.test.ts"],
          globalSetup: ["tests/harness/build.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
