import { type Attribute, type DataType, isOrderable, simpleString } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { type ChangeSpec, SEQUENCE, SETS, SYSTEM } from "./change-columns.ts";
import type { DeclaredChanges } from "./resolve-changes.ts";

type Columns = readonly Pick<Attribute, "name" | "dataType">[];

/** What is wrong with the types of change rows: sequences have an order, keys and tracked columns can be compared, a list of columns is one of names. */
export function changeTypeErrors(declared: DeclaredChanges, spec: ChangeSpec, rows: Columns): readonly PipelineError[] {
  return [
    ...sequenceErrors(declared, rows, SEQUENCE),
    ...sequenceErrors(declared, rows, SYSTEM),
    ...comparisonErrors(declared, "keys", spec.keys, rows),
    ...comparisonErrors(declared, "track history", spec.tracked, rows),
    ...comparisonErrors(declared, "bitemporal", untracked(spec), rows),
    ...setsErrors(declared, rows),
  ];
}

/** Other columns of a bitemporal table, which compares what was known of all of them. */
function untracked({ scdType, columns, keys, tracked }: ChangeSpec): readonly string[] {
  if (scdType !== "bitemporal") return [];
  return columns.filter((name) => !keys.includes(name) && !tracked.includes(name));
}

function sequenceErrors({ flow, origin }: DeclaredChanges, rows: Columns, sequence: string): readonly PipelineError[] {
  const type = typeOf(rows, sequence);
  if (type === undefined || (isOrderable(type) && type.kind !== "void")) return [];
  return [new PipelineError("AUTOCDC_SEQUENCE_NOT_ORDERABLE", { flow, type: simpleString(type) }, { origin })];
}

function comparisonErrors(
  { flow, origin }: DeclaredChanges,
  option: "keys" | "track history" | "bitemporal",
  columns: readonly string[],
  rows: Columns,
): readonly PipelineError[] {
  return columns.flatMap((column) => {
    const type = typeOf(rows, column);
    if (type === undefined || isOrderable(type)) return [];
    const params = { flow, option, column, type: simpleString(type) };
    return [new PipelineError("AUTOCDC_COLUMN_NOT_COMPARABLE", params, { origin })];
  });
}

function setsErrors({ flow, origin }: DeclaredChanges, rows: Columns): readonly PipelineError[] {
  const type = typeOf(rows, SETS);
  if (type === undefined || (type.kind === "array" && type.element.kind === "string")) return [];
  return [new PipelineError("AUTOCDC_COLUMNS_TO_UPDATE_NOT_NAMES", { flow, type: simpleString(type) }, { origin })];
}

function typeOf(rows: Columns, name: string): DataType | undefined {
  return rows.find((one) => one.name === name)?.dataType;
}
