import type { DataType } from "@sluice/query";
import { quoteName, quoteText } from "../../compile/identifier.ts";
import { WRITTEN } from "../../connection/written-number.ts";

/** A value of texts that DuckDB's reader made (SQL of a `nativeShape`); stops at a text that may come from a number which the reader changed. */
export function keptTexts(sql: string, type: DataType): string {
  if (type.kind === "string") return `sp_kept_text(${sql})`;
  return `CASE WHEN ${hasChanged(sql, type, 0)} THEN error(${quoteText(WRITTEN)}) ELSE ${sql} END`;
}

function hasChanged(sql: string, type: DataType, depth: number): string {
  const name = `t${depth}`;
  switch (type.kind) {
    case "array":
      return `coalesce(len(list_filter(${sql}, lambda ${name}: ${hasChanged(name, type.element, depth + 1)})) > 0, false)`;
    case "struct":
      return `(${type.fields.map((one) => hasChanged(`(${sql}).${quoteName(one.name)}`, one.dataType, depth)).join(" OR ")})`;
    default:
      return `coalesce(sp_changed_text(${sql}), false)`;
  }
}

/** A value of texts that DuckDB's reader made from marked JSON, numbers as they are written. */
export function writtenTexts(sql: string, type: DataType, depth = 0): string {
  const name = `t${depth}`;
  switch (type.kind) {
    case "array":
      return `list_transform(${sql}, lambda ${name}: ${writtenTexts(name, type.element, depth + 1)})`;
    case "struct":
      return `CASE WHEN ${sql} IS NOT NULL THEN {${type.fields.map((one) => `${quoteText(one.name)}: ${writtenTexts(`(${sql}).${quoteName(one.name)}`, one.dataType, depth)}`).join(", ")}} END`;
    default:
      return `sp_written_text(${sql})`;
  }
}
