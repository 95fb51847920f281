import type { Reporter, TestModule } from "vitest/node";

/** Ends the output with one plain line, `N passed, N failed, N skipped`, after the reasons why suites were left out. */
export class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    const reasons = new Set<string>();
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === "passed" || state === "failed") counts[state]++;
        else counts.skipped++;
      }
      for (const suite of module.children.allSuites()) {
        counts.failed += suite.errors().length;
        const reason = /\(left out: (.*)\)$/.exec(suite.name)?.[1];
        if (reason !== undefined) reasons.add(`${module.relativeModuleId}: ${reason}`);
      }
    }
    for (const reason of reasons) console.log(`left out: ${reason}`);
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
