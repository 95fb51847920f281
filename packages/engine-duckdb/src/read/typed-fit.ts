import type { DataType, StructType } from "@sluice/query";
import { duckType } from "../compile/duck-type.ts";
import { quoteName, quoteText } from "../compile/identifier.ts";
import { misfitMember, rescueObject } from "../compile/json-fit.ts";
import { widens } from "./widens.ts";

/** How a value of a file becomes one of a column's type. */
export interface TypedFit {
  readonly value: string;
  /** SQL of the JSON of what did not fit, NULL when all did; absent when all always fits. */
  readonly misfit?: string;
}

/**
 * SQL that brings a value of one type to another. Of a struct the fields that fit are kept; an array or a map in which something does not fit is left out as a whole, as
 * JSON's are. Fields go by their exact names, and none may be left over.
 */
export function fitTyped(sql: string, from: DataType, to: DataType, depth = 0): TypedFit {
  if (widens(from, to)) return { value: sql };
  if (from.kind === "struct" && to.kind === "struct") return fitStruct(sql, from, to, depth);
  const parts = partsOf(sql, from, to);
  if (parts === undefined)
    return { value: "NULL", misfit: `CASE WHEN ${sql} IS NOT NULL THEN ${jsonOf(sql, from)} END` };
  const one = `e${depth}`;
  const misfits = parts.flatMap(({ values, found, wanted }) => {
    const { misfit } = fitTyped(one, found, wanted, depth + 1);
    return misfit === undefined ? [] : [`len(list_filter(${values}, lambda ${one}: (${misfit}) IS NOT NULL)) > 0`];
  });
  const value = `TRY_CAST(${sql} AS ${duckType(to)})`;
  if (misfits.length === 0) return { value };
  const isMisfit = misfits.join(" OR ");
  return {
    value: `CASE WHEN ${isMisfit} THEN NULL ELSE ${value} END`,
    misfit: `CASE WHEN ${isMisfit} THEN ${jsonOf(sql, from)} END`,
  };
}

interface Part {
  /** SQL of a list. */
  readonly values: string;
  readonly found: DataType;
  readonly wanted: DataType;
}

function partsOf(sql: string, from: DataType, to: DataType): readonly Part[] | undefined {
  if (from.kind === "array" && to.kind === "array") return [{ values: sql, found: from.element, wanted: to.element }];
  if (from.kind !== "map" || to.kind !== "map") return undefined;
  return [
    { values: `map_keys(${sql})`, found: from.key, wanted: to.key },
    { values: `map_values(${sql})`, found: from.value, wanted: to.value },
  ];
}

function fitStruct(sql: string, from: StructType, to: StructType, depth: number): TypedFit {
  const fieldOf = (name: string) => `struct_extract(${sql}, ${quoteText(name)})`;
  const fits = to.fields.map(({ name, dataType }) => {
    const found = from.fields.find((one) => one.name === name);
    const fit: TypedFit =
      found === undefined ? { value: "NULL" } : fitTyped(fieldOf(name), found.dataType, dataType, depth);
    return { name, dataType, fit };
  });
  const members = fits.flatMap(({ name, fit }) => (fit.misfit === undefined ? [] : [misfitMember(name, fit.misfit)]));
  const left = from.fields.filter(({ name }) => !to.fields.some((one) => one.name === name));
  const others = left.map(({ name, dataType }) => {
    const value = fieldOf(name);
    return misfitMember(name, `CASE WHEN ${value} IS NOT NULL THEN ${jsonOf(value, dataType)} END`);
  });
  const packed = fits.map(
    ({ name, dataType, fit }) => `${quoteName(name)} := CAST(${fit.value} AS ${duckType(dataType)})`,
  );
  const value = `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${packed.join(", ")}) END`;
  const all = [...members, ...others];
  return all.length === 0 ? { value } : { value, misfit: rescueObject(all) };
}

function jsonOf(sql: string, type: DataType): string {
  return type.kind === "variant" ? `js_variant_print(${sql})` : `to_json(${sql})::VARCHAR`;
}
