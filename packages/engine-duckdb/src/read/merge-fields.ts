import { array, type DataType, map, type StructField, struct } from "@sluice/query";

/**
 * The fields of both lists, in order of first appearance, by exact name; of two types for one field the first counts, but for structs, which are merged at any
 * depth.
 */
export function mergeFields(first: readonly StructField[], more: readonly StructField[]): readonly StructField[] {
  const found = new Map(first.map((one) => [one.name, one]));
  for (const one of more) {
    const known = found.get(one.name);
    found.set(one.name, known === undefined ? one : { ...known, dataType: mergeType(known.dataType, one.dataType) });
  }
  return [...found.values()];
}

function mergeType(first: DataType, more: DataType): DataType {
  if (first.kind === "struct" && more.kind === "struct") return struct(mergeFields(first.fields, more.fields));
  if (first.kind === "array" && more.kind === "array")
    return array(mergeType(first.element, more.element), first.containsNull);
  if (first.kind === "map" && more.kind === "map")
    return map(first.key, mergeType(first.value, more.value), first.valueContainsNull);
  return first;
}
