import type { DataType } from "@sluice/query";
import { quoteText } from "./identifier.ts";

/** A value that DuckDB orders as Spark orders `sql`: inside of structs and arrays NULL comes before all else. Plain values are themselves. */
export function ordered(sql: string, type: DataType, depth = 0): string {
  if (type.kind === "struct") {
    const fields = type.fields.map((field, i) => {
      const value = `struct_extract(${sql}, ${quoteText(field.name)})`;
      return `"p${i}" := ${value} IS NOT NULL, "v${i}" := ${ordered(value, field.dataType, depth)}`;
    });
    return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
  }
  if (type.kind === "array") {
    const item = `"_o${depth}"`;
    return `list_transform(${sql}, lambda ${item}: struct_pack("p" := ${item} IS NOT NULL, "v" := ${ordered(item, type.element, depth + 1)}))`;
  }
  return sql;
}

/** Whether DuckDB's own order differs from Spark's. */
export function isOrderedOtherwise(type: DataType): boolean {
  return type.kind === "struct" || type.kind === "array";
}

/** A list sorted as Spark sorts: `order` and `nulls` as `list_sort` takes them. */
export function sortedList(list: string, element: DataType, order: "ASC" | "DESC", nulls: "FIRST" | "LAST"): string {
  if (!isOrderedOtherwise(element)) return `list_sort(${list}, '${order}', 'NULLS ${nulls}')`;
  const present = (nulls === "FIRST") === (order === "ASC") ? "IS NOT NULL" : "IS NULL";
  const keyed = `list_transform(${list}, lambda "_e": struct_pack("n" := "_e" ${present}, "k" := ${ordered('"_e"', element)}, "v" := "_e"))`;
  return `list_transform(list_sort(${keyed}, '${order}', 'NULLS ${nulls}'), lambda "_e": struct_extract("_e", 'v'))`;
}

/** The least or greatest element of a list that is not NULL; NULL when there is none. */
export function extremeOf(list: string, element: DataType, which: "min" | "max"): string {
  if (!isOrderedOtherwise(element)) return `list_${which}(${list})`;
  const there = `list_filter(${list}, lambda "_e": "_e" IS NOT NULL)`;
  return `${sortedList(there, element, which === "min" ? "ASC" : "DESC", "LAST")}[1]`;
}
