import type { FileEntry } from "@sluice/pipelines";
import type { DataType, StructField } from "@sluice/query";
import { duckType, fromDuckType } from "../compile/duck-type.ts";
import { quoteName } from "../compile/identifier.ts";
import { misfitMember, rescueObject } from "../compile/json-fit.ts";
import { fromStored } from "../compile/stored-value.ts";
import { type FileFacts, fileFacts, type SplitSchema } from "./file-list.ts";
import type { FileScan } from "./file-scan.ts";
import { fitTyped } from "./typed-fit.ts";
import { widens } from "./widens.ts";

/** Files whose columns have types of their own, the same in all of them. */
export interface TypedGroup {
  readonly files: readonly FileEntry[];
  /** Name and type of DuckDB. */
  readonly columns: readonly { readonly name: string; readonly duck: string }[];
  /** SQL of a table with these columns. */
  readonly reader: string;
  /** SQL of a file's place in the list; `r` names the reader. */
  readonly index: string;
}

/** SQL of the rows of files with the same columns: columns they lack are NULL; others, and values of other types, are rescued or left out. */
export function typedRows(scan: FileScan, schema: SplitSchema, group: TypedGroup): string {
  const facts = fileFacts(group.files, scan, schema.partition, group.index, 0);
  const matches = schema.data.map((field) => matchColumn(field, group, schema.rescued !== undefined));
  const needsFacts = scan.columns.some(
    (one) => one.name === schema.rescued || facts.column(one.name, one.dataType) !== undefined,
  );
  const columns = scan.columns.map((one) => {
    const field = matches.find((match) => match.field.name.toLowerCase() === one.name.toLowerCase());
    const sql =
      facts.column(one.name, one.dataType) ??
      (one.name === schema.rescued ? rescued(group, matches, facts) : field?.value) ??
      "NULL";
    return `CAST(${sql} AS ${duckType(one.dataType)}) AS ${quoteName(one.name)}`;
  });
  return `SELECT ${columns.join(", ") || "1 AS one"} FROM ${group.reader} AS r${needsFacts ? facts.join : ""}`;
}

interface Match {
  readonly field: StructField;
  readonly column?: string;
  readonly value?: string;
  /** SQL of the JSON of what did not fit; absent when all fits. */
  readonly misfit?: string;
}

function matchColumn(field: StructField, group: TypedGroup, exact: boolean): Match {
  const found =
    group.columns.find((one) => one.name === field.name) ??
    (exact ? undefined : group.columns.find((one) => one.name.toLowerCase() === field.name.toLowerCase()));
  if (found === undefined) return { field };
  const type = fromDuckType(found.duck);
  const column = fromStored(`r.${quoteName(found.name)}`, type);
  if (widens(type, field.dataType)) return { field, column: found.name, value: column };
  if (exact) return { field, column: found.name, ...fitTyped(column, type, field.dataType) };
  const isAlike = isNested(type) && type.kind === field.dataType.kind;
  return { field, column: found.name, value: isAlike ? `TRY_CAST(${column} AS ${duckType(field.dataType)})` : "NULL" };
}

function isNested(type: DataType): boolean {
  return type.kind === "struct" || type.kind === "array" || type.kind === "map";
}

function rescued(group: TypedGroup, matches: readonly Match[], facts: FileFacts): string {
  const misfits = matches.flatMap(({ field, misfit }) => (misfit === undefined ? [] : [{ name: field.name, misfit }]));
  const known = new Set(matches.map((match) => match.column));
  const extra = group.columns
    .filter((one) => !known.has(one.name))
    .map(({ name }) => ({
      name,
      misfit: `CASE WHEN r.${quoteName(name)} IS NOT NULL THEN to_json(r.${quoteName(name)})::VARCHAR END`,
    }));
  const all = [...misfits, ...extra];
  if (all.length === 0) return "NULL::VARCHAR";
  const some = all.map(({ misfit }) => `(${misfit}) IS NOT NULL`).join(" OR ");
  const path = `'"_file_path":' || to_json(${facts.uri})::VARCHAR`;
  return `CASE WHEN ${some} THEN ${rescueObject(
    all.map((one) => misfitMember(one.name, one.misfit)),
    path,
  )} END`;
}
