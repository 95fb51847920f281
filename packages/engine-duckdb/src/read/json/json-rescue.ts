import type { StructField } from "@sluice/query";
import { quoteName, quoteText } from "../../compile/identifier.ts";
import { isScalar, type JsonFit, keptJson, misfitMember, type Numbers, rescueObject } from "../../compile/json-fit.ts";
import type { FileFacts } from "../file-list.ts";
import type { FileScan } from "../file-scan.ts";
import { IDENTIFY } from "../tolerance.ts";

/** A field and its readings; no readings when DuckDB has checked the column itself. */
export interface FieldFit {
  readonly field: StructField;
  readonly fit?: JsonFit;
}

/** The readings of a record, and whether its numbers are marked. */
export interface RecordFits {
  readonly fits: readonly FieldFit[];
  readonly numbers: Numbers;
}

type FittedField = JsonFit & { readonly field: StructField };

/** SQL of the rescued-data column. Without facts of files a row that would need them stops the reader, to be read again by one who has them. */
export function rescuedSql(scan: FileScan, { fits, numbers }: RecordFits, facts: FileFacts | undefined): string {
  const native = fits.filter(({ fit }) => fit === undefined);
  const kept = scan.whole ? [] : native.map(({ field }) => keepColumn(field));
  const fitted = fits.flatMap(({ field, fit }) => (fit === undefined ? [] : [{ field, ...fit }]));
  if (fitted.length + kept.length === 0) return "NULL::VARCHAR";
  return `CASE ${rescueCases(kept, fitted, rescueSql(fitted, numbers, facts)).join(" ")} END`;
}

/** Cases in which a record has something to rescue; those all of whose scalars have a value, as most do, are done with before their texts are looked at. */
function rescueCases(kept: readonly string[], fitted: readonly FittedField[], rescue: string): readonly string[] {
  const scalars = fitted.filter(({ field }) => isScalar(field.dataType));
  const others = [...kept, ...fitted.filter((one) => !scalars.includes(one)).map(isMisfit)];
  const cases = others.length === 0 ? [] : [`WHEN ${others.join(" OR ")} THEN ${rescue}`];
  if (scalars.length === 0) return cases;
  const given = scalars.map(({ value }) => `(${value}) IS NOT NULL`);
  return [
    ...cases,
    `WHEN ${given.join(" AND ")} THEN NULL`,
    `WHEN ${scalars.map(isMisfit).join(" OR ")} THEN ${rescue}`,
  ];
}

function isMisfit({ misfit }: JsonFit): string {
  return `(${misfit}) IS NOT NULL`;
}

function rescueSql(fitted: readonly FittedField[], numbers: Numbers, facts: FileFacts | undefined): string {
  if (facts === undefined) return `error(${quoteText(IDENTIFY)})`;
  const members = fitted.map(({ field, misfit }) => misfitMember(field.name, keptJson(misfit, numbers)));
  const path = `'"_file_path":' || to_json(${facts.uri})::VARCHAR`;
  return members.length === 0 ? "NULL::VARCHAR" : rescueObject(members, path);
}

/** A condition that is never true and yet makes DuckDB read the column: it checks for unknown members only when it reads all columns. */
function keepColumn(field: StructField): string {
  return `r.${quoteName(field.name)}::VARCHAR = 'b7c41f7e-30cf-4a4f-8b0e-6d8a9c7f0f11'`;
}
