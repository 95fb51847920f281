import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { PlainSummary } from "./tests/reporter/plain-summary.ts";

const source = { ssr: { resolve: { conditions: ["@sluice/source"] } }, resolve: { conditions: ["@sluice/source"] } };

export default defineConfig({
  test: {
    // Half of the suites' time is waiting for files, processes and servers.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ["default", new PlainSummary()],
    projects: [
      {
        ...source,
        test: {
          name: "unit",
          globalSetup: ["tests/harness/build.ts"],
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "tests/architecture.test.ts"],
          // Test files share a worker's modules: to load them anew for each file took longer than the tests.
          isolate: false,
          testTimeout: 120_000,
        },
      },
      {
        ...source,
        test: {
          name: "system",
          include: ["tests/*/**/*.test.ts", "examples/*/test/*.test.ts"],
          globalSetup: ["tests/harness/build.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
