import { describe, expect, it } from "vitest";
import { findFunction } from "../../function/catalogue.ts";
import { MACRO_NAMES } from "../../function/macro.ts";
import type { Column } from "../column.ts";
import * as functions from "./index.ts";

/** Calls a function with column names until it is satisfied, and gives the name of the call that it makes. */
function nameOfCall(make: (...names: readonly string[]) => Column): string | undefined {
  const made = make("a", "b", "c", "d", "e", "f").expression;
  const expression = made.kind === "Alias" ? made.expression : made;
  return expression.kind === "Call" ? expression.name : undefined;
}

describe("functions", () => {
  it("take strings as column names and other values as literals", () => {
    expect(functions.sum("amount").expression).toEqual({
      kind: "Call",
      name: "sum",
      args: [{ kind: "ColumnReference", name: ["amount"] }],
    });
    expect(functions.dateFormat("day", "yyyy").expression).toMatchObject({
      args: [{ kind: "ColumnReference" }, { kind: "Literal", value: "yyyy" }],
    });
    expect(functions.dateAdd("day", 3).expression).toMatchObject({ args: [{}, { kind: "Literal", value: 3 }] });
    expect(functions.dateAdd("day", "days").expression).toMatchObject({ args: [{}, { kind: "ColumnReference" }] });
  });

  it("pass schemas of from_json as DDL text", () => {
    const json = functions.fromJson("value", {
      kind: "struct",
      fields: [{ name: "a", dataType: { kind: "long" }, nullable: true, metadata: {} }],
    });
    expect(json.expression).toMatchObject({ name: "from_json", args: [{}, { value: "STRUCT<a: BIGINT>" }] });
  });

  it("give lambdas names of their own at each depth", () => {
    const nested = functions.transform("a", (x) => functions.transform(x, (y) => y.plus(x)));
    expect(nested.expression).toMatchObject({
      args: [
        {},
        { kind: "Lambda", parameters: ["x_0"], body: { args: [{}, { kind: "Lambda", parameters: ["x_1"] }] } },
      ],
    });
  });

  it("are all known to the catalogue", () => {
    const skipped = new Set(["udf", "broadcast", "col", "column", "lit", "expr", "when", "callFunction"]);
    const lambdas =
      /^(transform|filter|exists|forall|aggregate|zipWith|reduce|map(Filter|ZipWith)|transform(Keys|Values))$/;
    const names = Object.entries(functions).filter(([name]) => !skipped.has(name) && !lambdas.test(name));
    expect(names.length).toBeGreaterThan(250);
    for (const [name, make] of names) {
      if (/^(asc|desc)/.test(name)) continue;
      const called = nameOfCall(make as never) ?? "";
      expect(findFunction(called) !== undefined || MACRO_NAMES.includes(called), `${name} calls ${called}`).toBe(true);
    }
  });
});
