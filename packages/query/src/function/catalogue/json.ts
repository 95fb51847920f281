import { array, BOOLEAN, INTEGER, STRING, struct, VARIANT } from "../../data-type/data-type.ts";
import { schemaFromDdl, typeFromDdl } from "../../data-type/ddl.ts";
import { typeFromJson } from "../../data-type/json.ts";
import { sqlType } from "../../data-type/simple-string.ts";
import { anyArray, anyMap, anyStruct, oneOf, optional, text, variant, variantParts } from "../accept.ts";
import { scalar } from "../define.ts";
import { type ArgumentFault, type FunctionEntry, mismatch, type ResultRule } from "../function-entry.ts";
import { mayBeNull, neverNull } from "../result-rule.ts";

const nullable = { nullable: mayBeNull };

/** The type that a constant schema argument describes: DDL text or Spark's JSON form. */
export const describedType: ResultRule = (args) => {
  const schema = args[1]?.constant;
  if (typeof schema !== "string") {
    return mismatch(
      "NON_FOLDABLE_INPUT",
      "the schema must be a constant text, such as 'id INT, tags ARRAY<STRING>'",
      1,
    );
  }
  try {
    return schema.trimStart().startsWith("{") ? typeFromJson(JSON.parse(schema)) : schemaFromDdl(schema);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      kind: "Fault",
      condition: "INVALID_SCHEMA.PARSE_ERROR",
      message: `the schema cannot be read: ${reason}`,
      argument: 1,
    };
  }
};

/** The modes that readers of texts in columns have. @see https://spark.apache.org/docs/latest/sql-data-sources-csv.html */
export function modeFault(
  name: string,
  options: Readonly<Record<string, string>> | undefined,
): ArgumentFault | undefined {
  const mode = options?.["mode"]?.toUpperCase() ?? "PERMISSIVE";
  if (mode === "PERMISSIVE" || mode === "FAILFAST") return undefined;
  const message = `\`${name}\` has no mode ${mode}, only PERMISSIVE and FAILFAST`;
  return { kind: "Fault", condition: "PARSE_MODE_UNSUPPORTED", message, argument: 2 };
}

const NO_CSV: ReadonlySet<string> = new Set(["array", "map", "struct", "time", "void"]);

/** A struct of what one value of a record can be. */
const csvRecord: ResultRule = (args, context) => {
  const type = describedType(args, context);
  if ("condition" in type) return type;
  if (type.kind !== "struct") {
    const message = `the schema must be that of a struct, not ${sqlType(type)}`;
    return { kind: "Fault", condition: "INVALID_SCHEMA.NON_STRUCT_TYPE", message, argument: 1 };
  }
  const odd = type.fields.find((one) => NO_CSV.has(one.dataType.kind));
  if (odd !== undefined) {
    const message = `no value of CSV is a ${sqlType(odd.dataType)}, as \`${odd.name}\` is to be; read it as STRING, and what is JSON with from_json`;
    return { kind: "Fault", condition: "UNSUPPORTED_DATATYPE", message, argument: 1 };
  }
  return modeFault("from_csv", args[2]?.options) ?? struct(type.fields.map((one) => ({ ...one, nullable: true })));
};

const variantPart: ResultRule = (args) => {
  if (args.length < 3) return VARIANT;
  const name = args[2]?.constant;
  if (typeof name !== "string") return mismatch("NON_FOLDABLE_INPUT", "the type must be a constant text", 2);
  try {
    return typeFromDdl(name);
  } catch {
    return { kind: "Fault", condition: "PARSE_SYNTAX_ERROR", message: `\`${name}\` is no type`, argument: 2 };
  }
};

/** JSON, CSV and VARIANT. Options are a map of texts; the schema of `from_json` is the type of its result. */
export const JSONS: readonly FunctionEntry[] = [
  scalar("from_json", [text, text, optional(anyMap)], describedType, nullable),
  scalar("to_json", [oneOf(anyStruct, anyArray, anyMap, variant), optional(anyMap)], STRING, nullable),
  scalar("get_json_object", [text, text], STRING, nullable),
  scalar("json_array_length", [text], INTEGER, nullable),
  scalar("json_object_keys", [text], array(STRING), nullable),
  scalar("schema_of_json", [text, optional(anyMap)], STRING, { nullable: neverNull }),
  scalar("from_csv", [text, text, optional(anyMap)], csvRecord, nullable),
  scalar("to_csv", [anyStruct, optional(anyMap)], STRING, nullable),
  scalar("schema_of_csv", [text, optional(anyMap)], STRING, { nullable: neverNull }),
  scalar("parse_json", [text], VARIANT),
  scalar("try_parse_json", [text], VARIANT, nullable),
  scalar("variant_get", [variant, text, optional(text)], variantPart, nullable),
  scalar("try_variant_get", [variant, text, optional(text)], variantPart, nullable),
  scalar("is_variant_null", [variant], BOOLEAN, { nullable: neverNull }),
  scalar("to_variant_object", [variantParts], VARIANT),
  scalar("schema_of_variant", [variant], STRING),
];
