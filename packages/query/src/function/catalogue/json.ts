import { array, BOOLEAN, INTEGER, STRING, VARIANT } from "../../data-type/data-type.ts";
import { schemaFromDdl, typeFromDdl } from "../../data-type/ddl.ts";
import { typeFromJson } from "../../data-type/json.ts";
import { anyArray, anyMap, anyStruct, oneOf, optional, text, variant, variantParts } from "../accept.ts";
import { scalar } from "../define.ts";
import { type FunctionEntry, mismatch, type ResultRule } from "../function-entry.ts";
import { mayBeNull, neverNull } from "../result-rule.ts";

const nullable = { nullable: mayBeNull };

/** The type that a constant schema argument describes: DDL text or Spark's JSON form. */
const describedType: ResultRule = (args) => {
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
  scalar("from_csv", [text, text, optional(anyMap)], describedType, nullable),
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
