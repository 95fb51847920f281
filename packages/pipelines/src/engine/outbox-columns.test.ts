import { type Attribute, type DataType, INTEGER, type Plan, STRING, VOID, yearMonthInterval } from "@sluice/query";
import { describe, expect, it } from "vitest";
import { fromOutbox, intoOutbox, outboxColumns } from "./outbox-columns.ts";

function rows(...columns: readonly (readonly [string, DataType])[]): Plan {
  const output = columns.map(([name, dataType], id): Attribute => {
    return { id, name, dataType, nullable: true, metadata: {} };
  });
  const leaf = { kind: "NamedTable", name: ["t"], streaming: false, options: {} } as const;
  return { kind: "Scan", scan: 0, leaf, streaming: false, output };
}

const YEARS: DataType = yearMonthInterval("year");

function typed({ output }: Plan): readonly (readonly [string, string])[] {
  return output.map(({ name, dataType }) => [name, dataType.kind]);
}

describe("columns before a sink", () => {
  it("wait as they are when a table can hold them", () => {
    expect(outboxColumns(rows(["a", INTEGER], ["b", STRING]))).toBeUndefined();
  });

  it("wait under names that no other has, whatever their case", () => {
    const columns = outboxColumns(rows(["x", INTEGER], ["X", INTEGER], ["x_2", STRING], ["x", STRING]));
    expect(columns?.map(({ stored }) => stored)).toEqual(["x", "X_3", "x_2", "x_4"]);
  });

  it("come back with their names and types, in whatever order the table has them", () => {
    const given = rows(["x", INTEGER], ["x", YEARS], ["n", VOID]);
    const columns = outboxColumns(given) ?? [];
    const waiting = intoOutbox(given, columns);
    expect(typed(waiting)).toEqual([
      ["x", "integer"],
      ["x_2", "integer"],
      ["n", "boolean"],
    ]);
    const table = { ...waiting, output: waiting.output.toReversed() } as Plan;
    expect(typed(fromOutbox(table, columns))).toEqual(typed(given));
    expect(fromOutbox(table, columns).output[1]?.dataType).toEqual(YEARS);
  });
});
