import {
  array,
  type DataType,
  field,
  map,
  parseDataType,
  STRING,
  type StructField,
  type StructType,
  struct,
} from "@sluice/query";
import { isQueryError, PipelineError } from "../diagnostics/pipeline-error.ts";

/** The type that a person gives to a column, or to a part of one: `["tags", "element"]`. */
export interface SchemaHint {
  readonly path: readonly string[];
  readonly dataType: DataType;
}

/**
 * Reads `cloudFiles.schemaHints`: `id BIGINT, address.zip STRING, tags.element INT, prices.value DECIMAL(10,2)`.
 *
 * @throws PipelineError INVALID_OPTION_VALUE naming the hint that cannot be read.
 */
export function parseSchemaHints(text: string): readonly SchemaHint[] {
  return splitAtCommas(text).map((hint) => {
    const [, path, type] = /^((?:`(?:[^`]|``)*`|[^\s`.]+)(?:\.(?:`(?:[^`]|``)*`|[^\s`.]+))*)\s+(.+)$/s.exec(hint) ?? [];
    const dataType = type === undefined ? undefined : typeOrNothing(type);
    if (path !== undefined && dataType !== undefined) return { path: nameParts(path), dataType };
    throw new PipelineError("INVALID_OPTION_VALUE", {
      where: "The cloudFiles source",
      option: "cloudFiles.schemaHints",
      value: hint,
      expected: 'a column and its type, such as "id BIGINT" or "address.zip STRING"',
    });
  });
}

/** A schema whose columns have the types that people gave; columns that it lacks stand at its end, in the order of the hints. */
export function applySchemaHints(schema: StructType, hints: readonly SchemaHint[]): StructType {
  return hints.reduce((known, hint) => hintStruct(known, hint.path, hint.dataType), schema);
}

function hintStruct(schema: StructType, [name = "", ...rest]: readonly string[], type: DataType): StructType {
  const at = schema.fields.findIndex((one) => one.name.toLowerCase() === name.toLowerCase());
  const found = schema.fields[at];
  if (found === undefined) return struct([...schema.fields, field(name, hintType(undefined, rest, type))]);
  const hinted: StructField = { ...found, dataType: hintType(found.dataType, rest, type) };
  return struct(schema.fields.map((one, i) => (i === at ? hinted : one)));
}

function hintType(known: DataType | undefined, path: readonly string[], type: DataType): DataType {
  const [name, ...rest] = path;
  if (name === undefined) return type;
  const part = name.toLowerCase();
  switch (known?.kind ?? PARTS[part]) {
    case "array": {
      const element = known?.kind === "array" ? known.element : undefined;
      return array(hintType(element, part === "element" ? rest : path, type));
    }
    case "map": {
      const { key, value } = known?.kind === "map" ? known : map(STRING, STRING);
      return part === "key" ? map(hintType(key, rest, type), value) : map(key, hintType(value, rest, type));
    }
    default:
      return hintStruct(known?.kind === "struct" ? known : struct([]), path, type);
  }
}

/** What a column that is not known is when a hint names such a part of it. */
const PARTS: Readonly<Record<string, "array" | "map">> = { element: "array", key: "map", value: "map" };

function typeOrNothing(text: string): DataType | undefined {
  try {
    return parseDataType(text.trim());
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return undefined;
  }
}

function nameParts(path: string): readonly string[] {
  return [...path.matchAll(/`((?:[^`]|``)*)`|([^`.]+)/g)].map(
    (match) => match[1]?.replaceAll("``", "`") ?? match[2] ?? "",
  );
}

/** The hints of a text: commas inside `<..>`, `(..)` and backticks belong to a hint. */
function splitAtCommas(text: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const [token] of text.matchAll(/`(?:[^`]|``)*`|[^`]/gs)) {
    if (token === "<" || token === "(") depth++;
    if (token === ">" || token === ")") depth--;
    if (token === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
