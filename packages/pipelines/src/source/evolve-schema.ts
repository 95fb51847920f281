import {
  array,
  type DataType,
  map,
  STRING,
  type StructField,
  type StructType,
  simpleString,
  struct,
} from "@sluice/query";

/** What may become of columns that are there: nothing, or wider types as far as Delta's type widening goes. */
export type KnownColumns = "Keep" | "Widen";

/**
 * A schema with the fields that files have and it lacks: new columns, and new fields inside of structs at any depth, at the end. Names are compared ignoring case; a
 * field that no table can hold by its name is left out, so that it stays in the rescued data.
 */
export function evolvedSchema(current: StructType, found: StructType, known: KnownColumns): StructType {
  return evolveStruct(current, found, known);
}

/** A schema found in files without what a table cannot have: of names that differ in case only the first, of objects without members the text. */
export function tidySchema(found: StructType): StructType {
  return struct(distinctFields(found.fields).map((one) => ({ ...one, dataType: tidyType(one.dataType) })));
}

/** The columns and nested fields by which `later` differs from `earlier`, with their types: `address.zip string`. */
export function schemaChanges(earlier: StructType, later: StructType, path = ""): readonly string[] {
  return later.fields.flatMap((one) => {
    const before = earlier.fields.find((other) => other.name === one.name);
    return typeChanges(before?.dataType, one.dataType, `${path}${one.name}`);
  });
}

function typeChanges(before: DataType | undefined, now: DataType, path: string): readonly string[] {
  if (before?.kind === "struct" && now.kind === "struct") return schemaChanges(before, now, `${path}.`);
  if (before?.kind === "array" && now.kind === "array")
    return typeChanges(before.element, now.element, `${path}.element`);
  if (before?.kind === "map" && now.kind === "map") return typeChanges(before.value, now.value, `${path}.value`);
  if (before !== undefined && simpleString(before) === simpleString(now)) return [];
  return [`${path} ${simpleString(now)}`];
}

function evolveStruct(current: StructType, found: StructType, known: KnownColumns): StructType {
  const kept = current.fields.map((one) => {
    const other = fieldOf(found, one.name);
    return other === undefined ? one : { ...one, dataType: evolveType(one.dataType, other.dataType, known) };
  });
  const added = distinctFields(found.fields).filter(
    (one) => fieldOf(current, one.name) === undefined && isStorableName(one.name),
  );
  return struct([...kept, ...added.map((one) => ({ ...one, dataType: storableType(one.dataType) }))]);
}

function evolveType(current: DataType, found: DataType, known: KnownColumns): DataType {
  if (current.kind === "struct" && found.kind === "struct") return evolveStruct(current, found, known);
  if (current.kind === "array" && found.kind === "array") {
    return array(evolveType(current.element, found.element, known), current.containsNull);
  }
  if (current.kind === "map" && found.kind === "map") {
    return map(current.key, evolveType(current.value, found.value, known), current.valueContainsNull);
  }
  return known === "Widen" && widensTo(current, found) ? found : current;
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  byte: ["short", "integer", "long", "double"],
  short: ["integer", "long", "double"],
  integer: ["long", "double"],
  float: ["double"],
  date: ["timestamp_ntz"],
};

const DIGITS: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 20 };

/** Whether Delta's type widening leads from one type to the other. */
function widensTo(from: DataType, to: DataType): boolean {
  if (to.kind !== "decimal") return WIDER[from.kind]?.includes(to.kind) === true;
  const whole = to.precision - to.scale;
  if (from.kind !== "decimal") return whole >= (DIGITS[from.kind] ?? Number.POSITIVE_INFINITY);
  const isSame = from.precision === to.precision && from.scale === to.scale;
  return !isSame && to.scale >= from.scale && whole >= from.precision - from.scale;
}

function tidyType(type: DataType): DataType {
  return mapFields(type, (fields) => distinctFields(fields));
}

function storableType(type: DataType): DataType {
  return mapFields(type, (fields) => distinctFields(fields).filter((one) => isStorableName(one.name)));
}

/** The type with other fields in its structs; a struct that is left without fields is a string. */
function mapFields(type: DataType, change: (fields: readonly StructField[]) => readonly StructField[]): DataType {
  switch (type.kind) {
    case "struct": {
      const fields = change(type.fields);
      return fields.length === 0
        ? STRING
        : struct(fields.map((one) => ({ ...one, dataType: mapFields(one.dataType, change) })));
    }
    case "array":
      return array(mapFields(type.element, change), type.containsNull);
    case "map":
      return map(type.key, mapFields(type.value, change), type.valueContainsNull);
    case "void":
      return STRING;
    default:
      return type;
  }
}

function distinctFields(fields: readonly StructField[]): readonly StructField[] {
  const names = fields.map((one) => one.name.toLowerCase());
  return fields.filter((_, i) => names.indexOf(names[i] ?? "") === i);
}

function fieldOf(schema: StructType, name: string): StructField | undefined {
  return schema.fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
}

/** Names with these characters cannot stand in a Delta table; the two others mean something else in rescued data. */
function isStorableName(name: string): boolean {
  return name !== "" && !/[ ,;{}()\n\t=]/.test(name) && !["_corrupt_record", "_file_path"].includes(name.toLowerCase());
}
