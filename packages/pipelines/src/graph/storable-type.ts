import { array, type DataType, map, type StructField, type StructType, struct } from "@sluice/query";

const NOT_STORABLE = ["void", "time", "interval_year_month", "interval_day_time", "interval_calendar"];
const WHOLE = ["byte", "short", "integer", "long"];
const WHOLE_DIGITS: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 20 };

/** Whether a table can hold values of a type, all its parts included. */
export function isStorable(type: DataType): boolean {
  switch (type.kind) {
    case "array":
      return isStorable(type.element);
    case "map":
      return isStorable(type.key) && isStorable(type.value);
    case "struct":
      return type.fields.every((one) => isStorable(one.dataType));
    default:
      return !NOT_STORABLE.includes(type.kind);
  }
}

/** A column as a table stores it when its query decides: nullable all the way down, of the metadata only the comment. */
export function storedColumn(column: Pick<StructField, "name" | "dataType" | "metadata">): StructField {
  const comment = column.metadata["comment"];
  return {
    name: column.name,
    dataType: nullableType(column.dataType),
    nullable: true,
    metadata: comment === undefined ? {} : { comment },
  };
}

/**
 * The type that holds the values of both without loss: the wider number, a struct with the fields of both, `kept` first. Undefined when there is none, or
 * when only a type wider than `kept` would do and `mayWiden` is false.
 */
export function commonType(kept: DataType, added: DataType, mayWiden: boolean): DataType | undefined {
  if (added.kind === "void") return kept;
  if (kept.kind === "void") return added;
  if (kept.kind === "struct" && added.kind === "struct") return commonStruct(kept, added, mayWiden);
  if (kept.kind === "array" && added.kind === "array") {
    const element = commonType(kept.element, added.element, mayWiden);
    return element && array(element, kept.containsNull || added.containsNull);
  }
  if (kept.kind === "map" && added.kind === "map") {
    const key = commonType(kept.key, added.key, mayWiden);
    const value = commonType(kept.value, added.value, mayWiden);
    return key && value && map(key, value, kept.valueContainsNull || added.valueContainsNull);
  }
  if (holds(kept, added)) return kept;
  return mayWiden && holds(added, kept) ? added : undefined;
}

function commonStruct(kept: StructType, added: StructType, mayWiden: boolean): StructType | undefined {
  const fields: StructField[] = [];
  for (const one of kept.fields) {
    const other = findField(added, one.name);
    const dataType = other === undefined ? one.dataType : commonType(one.dataType, other.dataType, mayWiden);
    if (dataType === undefined) return undefined;
    fields.push({ ...one, dataType });
  }
  return struct([...fields, ...added.fields.filter((one) => findField(kept, one.name) === undefined)]);
}

/** Whether all values of `narrow` are values of `wide`. */
function holds(wide: DataType, narrow: DataType): boolean {
  if (wide.kind === "decimal") {
    if (narrow.kind === "decimal") {
      return wide.scale >= narrow.scale && wide.precision - wide.scale >= narrow.precision - narrow.scale;
    }
    return wide.precision - wide.scale >= (WHOLE_DIGITS[narrow.kind] ?? Number.POSITIVE_INFINITY);
  }
  if (wide.kind === narrow.kind) return true;
  if (WHOLE.includes(wide.kind) && WHOLE.includes(narrow.kind)) {
    return WHOLE.indexOf(narrow.kind) < WHOLE.indexOf(wide.kind);
  }
  if (wide.kind === "timestamp_ntz") return narrow.kind === "date";
  if (wide.kind === "double") return ["float", "byte", "short", "integer"].includes(narrow.kind);
  return wide.kind === "float" && ["byte", "short"].includes(narrow.kind);
}

/** Whether a type has parts. */
export function isNested(type: DataType): boolean {
  return type.kind === "struct" || type.kind === "array" || type.kind === "map";
}

/** A field by name, ignoring case. */
export function findField(schema: StructType, name: string): StructField | undefined {
  const wanted = name.toLowerCase();
  return schema.fields.find((one) => one.name.toLowerCase() === wanted);
}

function nullableType(type: DataType): DataType {
  switch (type.kind) {
    case "array":
      return array(nullableType(type.element), true);
    case "map":
      return map(nullableType(type.key), nullableType(type.value), true);
    case "struct":
      return struct(type.fields.map((one) => ({ ...one, dataType: nullableType(one.dataType), nullable: true })));
    default:
      return type;
  }
}
