import { describe, expect, test } from "vitest";
import { scan } from "../../test/sample-graph.ts";
import { freeNumbers } from "../streaming/free-number.ts";
import { rewriteStateful } from "./stateful-plan.ts";

const input = scan(1, true, ["id", "name"]);
const deduplicate = { kind: "Deduplicate", output: input.output, input, keys: [101], withinWatermark: false } as const;

const START = { batch: 0, mode: "append", watermark: 0, lateWatermark: 0 } as const;

describe("a stateful streaming plan", () => {
  test("becomes an anti join with the state, whose next rows come from the same node", () => {
    const top = {
      kind: "Filter",
      output: input.output,
      input: deduplicate,
      condition: { kind: "Literal", value: true, dataType: { kind: "boolean" }, nullable: false },
    } as const;
    const { plan, states } = rewriteStateful(top, freeNumbers(top), START);
    expect(states).toMatchObject([{ operator: 0, scan: 2, schema: { fields: [{ name: "name" }] } }]);
    const rewritten = plan.kind === "Filter" ? plan.input : undefined;
    const next = states[0]?.next;
    expect(next?.kind === "Project" ? next.input : undefined).toBe(rewritten);
    expect(rewritten).toMatchObject({
      kind: "Deduplicate",
      input: {
        kind: "Join",
        how: "anti",
        left: input,
        right: { kind: "Scan", scan: 2, streaming: false },
        condition: { name: "<=>", args: [{ id: 101 }, { id: 102 }] },
      },
    });
  });

  test("is left as it is when only its batch side is deduplicated", () => {
    const batch = { ...deduplicate, input: scan(1, false, ["id", "name"]) };
    expect(rewriteStateful(batch, freeNumbers(batch), START)).toEqual({
      plan: batch,
      states: [],
      late: [],
      eventTimes: [],
    });
  });

  test("keeps one state for each operator, with names that do not clash", () => {
    const twins = scan(1, true, ["id", "ID"]);
    const inner = { ...deduplicate, output: twins.output, input: twins, keys: [100, 101] };
    const outer = { ...deduplicate, output: twins.output, input: inner, keys: [100] };
    const { states } = rewriteStateful(outer, freeNumbers(outer), START);
    expect(states.map((state) => state.schema.fields.map((field) => field.name))).toEqual([["id", "ID_1"], ["id"]]);
    expect(states.map((state) => state.scan)).toEqual([2, 3]);
  });
});
