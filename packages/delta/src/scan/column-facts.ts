import type { DataType, StructType, Typed } from "@sluice/query";
import type { AddFile } from "../action/action.ts";
import { isJsonObject } from "../action/exact-json.ts";
import { type StatisticsTree, statisticsOf } from "../action/file-statistics.ts";
import { type Comparable, castComparable, fromText, widenMaximum, widenMinimum } from "./comparable.ts";

/** What is known of the values of a column in a file. Bounds hold for all values that are not NULL; absent bounds are unknown. */
export interface ColumnFacts {
  readonly min?: Comparable;
  readonly max?: Comparable;
  /** Whether there may be NULLs, and whether there may be anything else. */
  readonly mayBeNull: boolean;
  readonly mayHaveValue: boolean;
}

/** The columns that predicates speak of. */
export interface PrunedTable {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
}

const UNKNOWN: ColumnFacts = { mayBeNull: true, mayHaveValue: true };

interface ColumnPath {
  readonly names: readonly string[];
  readonly dataType: DataType;
}

/** What is known of the values that an expression has in a file; undefined when the expression is no column, or a cast of one that keeps order. */
export function factsOf(table: PrunedTable, file: AddFile, expression: Typed): ColumnFacts | undefined {
  if (expression.kind === "Cast") return castFacts(table, file, expression.expression, expression.dataType);
  const path = columnPath(table.schema, expression);
  if (path === undefined) return undefined;
  const [name = ""] = path.names;
  return path.names.length === 1 && table.partitionColumns.includes(name)
    ? partitionFacts(file, name, path.dataType)
    : dataFacts(file, path);
}

function castFacts(table: PrunedTable, file: AddFile, inner: Typed, to: DataType): ColumnFacts | undefined {
  const facts = factsOf(table, file, inner);
  if (facts === undefined) return undefined;
  const min = facts.min === undefined ? undefined : castComparable(facts.min, inner.dataType, to);
  const max = facts.max === undefined ? undefined : castComparable(facts.max, inner.dataType, to);
  if (min === undefined || max === undefined) return facts.mayHaveValue ? UNKNOWN : facts;
  return { ...facts, min, max };
}

function columnPath(schema: StructType, expression: Typed): ColumnPath | undefined {
  if (expression.kind === "Column") return fieldPath(schema, [], expression.name);
  if (expression.kind !== "FieldAccess") return undefined;
  const parent = columnPath(schema, expression.expression);
  return parent?.dataType.kind === "struct" ? fieldPath(parent.dataType, parent.names, expression.field) : undefined;
}

function fieldPath(struct: StructType, parents: readonly string[], name: string): ColumnPath | undefined {
  const found = struct.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  return found && { names: [...parents, found.name], dataType: found.dataType };
}

function partitionFacts(file: AddFile, name: string, type: DataType): ColumnFacts {
  const text = file.partitionValues[name];
  if (text === undefined) return UNKNOWN;
  if (text === null || text === "") return { mayBeNull: true, mayHaveValue: false };
  const value = fromText(text, type);
  return { mayBeNull: false, mayHaveValue: true, ...(value === undefined ? {} : { min: value, max: value }) };
}

function dataFacts(file: AddFile, path: ColumnPath): ColumnFacts {
  const statistics = statisticsOf(file);
  const min = boundOf(statistics.minValues, path);
  const max = boundOf(statistics.maxValues, path);
  return {
    ...nullFacts(file, path),
    ...(min === undefined ? {} : { min: widenMinimum(min, path.dataType) }),
    ...(max === undefined ? {} : { max: widenMaximum(max, path.dataType) }),
  };
}

function boundOf(tree: StatisticsTree, path: ColumnPath): Comparable | undefined {
  const text = leafOf(tree, path.names);
  return typeof text === "string" ? fromText(text, path.dataType) : undefined;
}

function nullFacts(file: AddFile, path: ColumnPath): { readonly mayBeNull: boolean; readonly mayHaveValue: boolean } {
  const { numRecords, nullCount, tightBounds } = statisticsOf(file);
  const leaf = leafOf(nullCount, path.names);
  const nulls = typeof leaf === "string" ? Number(leaf) : undefined;
  if (nulls === undefined || numRecords === undefined || !Number.isSafeInteger(nulls)) return UNKNOWN;
  const isUsable = tightBounds || nulls === 0 || nulls === numRecords;
  return isUsable ? { mayBeNull: nulls > 0, mayHaveValue: nulls < numRecords } : UNKNOWN;
}

function leafOf(tree: StatisticsTree, names: readonly string[]): unknown {
  let node: unknown = tree;
  for (const name of names) node = isJsonObject(node) ? node[name] : undefined;
  return node;
}
