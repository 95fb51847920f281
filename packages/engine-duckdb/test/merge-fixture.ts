import type { TableTarget, WriteRequest } from "@sluice/pipelines";
import { field, type JoinKind, LONG, type Plan, STRING, struct, type Value } from "@sluice/query";
import { call, columnOf, requestOf, rowsOf, scanOf } from "./engine-fixture.ts";

/** A merge by the column `id`: rows with these ids go, `rows` come. */
export function mergeOf(
  target: TableTarget,
  version: number,
  gone: readonly bigint[],
  rows: readonly (readonly Value[])[],
  more: Partial<WriteRequest> = {},
  how: JoinKind = "semi",
  keys: readonly bigint[] = gone,
): WriteRequest {
  const id = field("id", LONG);
  const scan = scanOf(struct([id, field("_file", STRING), field("_row", LONG)]), 1);
  const wanted = scanOf(struct([id]), 2);
  const condition = call("=", columnOf(scan, "id"), columnOf(wanted, "id"));
  const join: Plan = { kind: "Join", left: scan, right: wanted, how, condition, lateral: false, output: scan.output };
  const inputs = new Map([
    [0, rowsOf(rows)],
    [1, { kind: "TableVersion", location: target.location, version }],
    [2, rowsOf(keys.map((key) => [key]))],
  ] as const);
  const { transaction: _, ...request } = requestOf(target, scanOf(target.schema), rowsOf([]), 0);
  const merge = { version, removed: join, identity: ["id"] };
  return { ...request, mode: "merge", operation: "MERGE", inputs, merge, ...more };
}
