import {
  array,
  BOOLEAN,
  type DataType,
  DOUBLE,
  FLOAT,
  INTEGER,
  LONG,
  SHORT,
  STRING,
  struct,
} from "../../data-type/data-type.ts";
import { sqlType } from "../../data-type/simple-string.ts";
import { anyMap, anyStruct, optional, text } from "../accept.ts";
import { scalar } from "../define.ts";
import { type FunctionEntry, mismatch, type ResultRule } from "../function-entry.ts";
import { mayBeNull, neverNull } from "../result-rule.ts";
import { describedType, modeFault } from "./json.ts";

const nullable = { nullable: mayBeNull };

/** The result where the argument at `position` is a constant text, as it must be. */
function withConstant(position: number, what: string, result: DataType): ResultRule {
  return (args) => {
    const constant = args[position]?.constant;
    return typeof constant === "string" || (constant === null && position > 0)
      ? result
      : mismatch("NON_FOLDABLE_INPUT", `${what} must be a constant text`, position);
  };
}

const xmlRecord: ResultRule = (args, context) => {
  const type = describedType(args, context);
  if ("condition" in type) return type;
  if (type.kind === "struct") {
    return modeFault("from_xml", args[2]?.options) ?? struct(type.fields.map((one) => ({ ...one, nullable: true })));
  }
  const message = `the schema must be that of a struct, not ${sqlType(type)}`;
  return { kind: "Fault", condition: "INVALID_SCHEMA.NON_STRUCT_TYPE", message, argument: 1 };
};

const PATHS: Readonly<Record<string, DataType>> = {
  xpath: array(STRING),
  xpath_string: STRING,
  xpath_boolean: BOOLEAN,
  xpath_double: DOUBLE,
  xpath_float: FLOAT,
  xpath_int: INTEGER,
  xpath_long: LONG,
  xpath_short: SHORT,
};

/** XML. Options are a map of texts; paths are those of XPath 1.0. @see https://spark.apache.org/docs/latest/sql-data-sources-xml.html */
export const XMLS: readonly FunctionEntry[] = [
  scalar("from_xml", [text, text, optional(anyMap)], xmlRecord, nullable),
  scalar("to_xml", [anyStruct, optional(anyMap)], STRING, nullable),
  scalar("schema_of_xml", [text, optional(anyMap)], withConstant(0, "the XML text", STRING), { nullable: neverNull }),
  ...Object.entries(PATHS).map(([name, type]) =>
    scalar(name, [text, text], withConstant(1, "the path", type), {
      ...nullable,
      ...(name === "xpath_double" ? { aliases: ["xpath_number"] } : {}),
    }),
  ),
];
