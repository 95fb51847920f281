import {
  type DataType,
  type Origin,
  type StructField,
  type StructType,
  sameType,
  simpleString,
  struct,
} from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { commonType, findField, isNested, isStorable, storedColumn } from "./storable-type.ts";

/** The columns of one flow's query. */
export interface FlowColumns {
  readonly flow: string;
  readonly origin: Origin;
  readonly columns: readonly Pick<StructField, "name" | "dataType" | "metadata">[];
}

/** A schema, or why there is none. */
export interface SchemaOutcome {
  readonly schema: StructType;
  readonly errors: readonly PipelineError[];
}

/** The columns of all flows of a dataset by name, those of the first flow first; the wider of two number types. */
export function unionOfFlows(dataset: string, flows: readonly FlowColumns[]): SchemaOutcome {
  const errors: PipelineError[] = [];
  let schema = struct([]);
  for (const flow of flows) {
    for (const column of uniqueColumns(flow.columns)) {
      const known = findField(schema, column.name);
      const dataType = known === undefined ? column.dataType : commonType(known.dataType, column.dataType, true);
      if (dataType !== undefined) schema = setType(schema, column, dataType);
      else if (known !== undefined) errors.push(disagreement(dataset, flow, known, column.dataType));
    }
  }
  return { schema: struct(schema.fields.map(storedColumn)), errors };
}

/** Without columns whose name has been there already, which is a mistake of its own. */
function uniqueColumns(columns: FlowColumns["columns"]): FlowColumns["columns"] {
  const names = columns.map((column) => column.name.toLowerCase());
  return columns.filter((_, i) => names.indexOf(names[i] ?? "") === i);
}

/** Names that occur twice, and names and types that a table cannot have, in one flow. */
export function columnErrors(dataset: string, flow: FlowColumns, anyNames: boolean): readonly PipelineError[] {
  const { origin } = flow;
  const seen = new Set<string>();
  return flow.columns.flatMap((column): readonly PipelineError[] => {
    const name = column.name.toLowerCase();
    if (seen.has(name)) return [new PipelineError("DUPLICATE_COLUMN", { dataset, column: column.name }, { origin })];
    seen.add(name);
    const invalid = anyNames ? undefined : invalidName(column);
    if (invalid !== undefined) {
      const params = { dataset, column: invalid, isField: invalid !== column.name };
      return [new PipelineError("INVALID_COLUMN_NAME", params, { origin })];
    }
    if (isStorable(column.dataType)) return [];
    const params = { dataset, column: column.name, type: simpleString(column.dataType) };
    return [new PipelineError("COLUMN_TYPE_NOT_STORABLE", params, { origin })];
  });
}

/** The name of a column, or of a field in it, that a Delta table cannot have. */
function invalidName({ name, dataType }: Pick<StructField, "name" | "dataType">): string | undefined {
  return /[ ,;{}()\n\t=]/.test(name) ? name : invalidField(dataType);
}

function invalidField(type: DataType): string | undefined {
  switch (type.kind) {
    case "struct":
      return type.fields.map(invalidName).find((name) => name !== undefined);
    case "array":
      return invalidField(type.element);
    case "map":
      return invalidField(type.key) ?? invalidField(type.value);
    default:
      return undefined;
  }
}

/**
 * The schema of a streaming table that exists already: its stored columns in their order, also those that the query gives no more, then the new ones. A
 * column keeps its stored type, or with `mayWiden` gets a wider one; a query whose values do not fit into it is an error.
 */
export function continueStored(
  dataset: string,
  stored: StructType,
  found: StructType,
  origin: Origin,
  mayWiden = false,
): SchemaOutcome {
  const errors: PipelineError[] = [];
  const kept = stored.fields.map((column) => {
    const now = findField(found, column.name);
    if (now === undefined) return column;
    const dataType = commonType(column.dataType, now.dataType, mayWiden);
    if (dataType !== undefined && reaches(now.dataType, dataType))
      return { ...now, name: column.name, dataType, nullable: now.nullable };
    const params = {
      dataset,
      column: column.name,
      stored: simpleString(column.dataType),
      found: simpleString(now.dataType),
    };
    errors.push(new PipelineError("INCOMPATIBLE_STORED_COLUMN", params, { origin }));
    return column;
  });
  const added = found.fields.filter((column) => findField(stored, column.name) === undefined);
  return { schema: struct([...kept, ...added]), errors };
}

/** Whether values of one type can be stored as the other: nested ones by the names of their fields, each as it is. */
function reaches(from: DataType, to: DataType): boolean {
  if (from.kind === "void") return true;
  if (from.kind === "struct" && to.kind === "struct") {
    return from.fields.every((one) => isInside(one.dataType, findField(to, one.name)?.dataType));
  }
  if (from.kind === "array" && to.kind === "array") return isInside(from.element, to.element);
  if (from.kind === "map" && to.kind === "map") return sameType(from.key, to.key) && isInside(from.value, to.value);
  return !isNested(to) || sameType(from, to);
}

function isInside(from: DataType, to: DataType | undefined): boolean {
  if (to === undefined) return false;
  return isNested(from) ? reaches(from, to) : sameType(from, to);
}

function setType(schema: StructType, column: Pick<StructField, "name" | "metadata">, dataType: DataType): StructType {
  const name = column.name.toLowerCase();
  if (findField(schema, name) === undefined) {
    return struct([...schema.fields, { name: column.name, dataType, nullable: true, metadata: column.metadata }]);
  }
  return struct(schema.fields.map((one) => (one.name.toLowerCase() === name ? { ...one, dataType } : one)));
}

function disagreement(dataset: string, flow: FlowColumns, known: StructField, found: DataType): PipelineError {
  const params = { dataset, column: known.name, types: [simpleString(known.dataType), simpleString(found)] };
  return new PipelineError("FLOWS_DISAGREE", params, { origin: flow.origin });
}
