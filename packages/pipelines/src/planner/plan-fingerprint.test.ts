import { describe, expect, test } from "vitest";
import { call, column, graphOf, literal, readTable, rule, scan, type TableSketch } from "../../test/sample-graph.ts";
import { flowFingerprint } from "./plan-fingerprint.ts";

function fingerprint(
  number: number,
  bound: number,
  sketch: Partial<TableSketch> = {},
  nullIsViolation = false,
): string {
  const input = scan(number, false);
  const condition = call(">", column(input.output[0]!), literal(bound));
  const plan = { kind: "Filter", output: input.output, input, condition } as const;
  const flows = [{ plan, reads: { [number]: readTable("/s", "t", false) } }];
  const { datasets, flows: resolved } = graphOf("/s", { view: { kind: "MaterializedView", flows, ...sketch } });
  return flowFingerprint(resolved[0]!, datasets[0]!, nullIsViolation);
}

describe("the fingerprint of a flow", () => {
  test("does not depend on the numbers that the analysis gave", () => {
    expect(fingerprint(1, 5)).toBe(fingerprint(42, 5));
  });

  test("differs by what is computed, by rules and by their treatment of NULL", () => {
    const rules = [rule("present", "drop", call("isnotnull", literal(1)))];
    const all = [
      fingerprint(1, 5),
      fingerprint(1, 6),
      fingerprint(1, 5, { rules }),
      fingerprint(1, 5, { rules }, true),
    ];
    expect(new Set(all).size).toBe(4);
  });
});
