import { BINARY, STRING } from "../../data-type/data-type.ts";
import { anyMap, anything, bytes, oneOf, optional, text, textOrBinary } from "../accept.ts";
import { scalar } from "../define.ts";
import { type Argument, type ArgumentFault, type FunctionEntry, mismatch, type ResultRule } from "../function-entry.ts";
import { avroSchema, protobufMessage } from "../payload-schema.ts";
import { mayBeNull, neverNull, nullIfAny } from "../result-rule.ts";

const options = optional(oneOf(anyMap, text));

/** What is wrong with the options at `position`: of `mode` Spark knows two. */
function optionsFault(name: string, args: readonly Argument[], position: number): ArgumentFault | undefined {
  const given = args[position];
  if (given === undefined) return undefined;
  if (given.dataType.kind === "string") {
    const condition = "UNSUPPORTED_FEATURE.SCHEMA_REGISTRY";
    const message = "a schema registry is asked only where a query is declared; write the schema itself here";
    return { kind: "Fault", condition, message, argument: position };
  }
  if (given.options === undefined) {
    return mismatch("NON_FOLDABLE_INPUT", "the options must be a map of constant texts", position);
  }
  const mode = given.options["mode"]?.toUpperCase() ?? "FAILFAST";
  if (mode === "FAILFAST" || mode === "PERMISSIVE") return undefined;
  const message = `\`${name}\` has no mode ${mode}, only FAILFAST and PERMISSIVE`;
  return { kind: "Fault", condition: "PARSE_MODE_UNSUPPORTED", message, argument: position };
}

const fromAvro: ResultRule = (args) => {
  const fault = optionsFault("from_avro", args, 2);
  if (fault !== undefined) return fault;
  const written = avroSchema(args[1]?.constant, 1);
  if ("condition" in written) return written;
  const wanted = args[2]?.options?.["avroschema"];
  const read = wanted === undefined ? written : avroSchema(wanted, 2);
  return "condition" in read ? read : read.dataType;
};

const toAvro: ResultRule = (args) => {
  const fault = optionsFault("to_avro", args, 2);
  if (fault !== undefined) return fault;
  const schema = args[1] && avroSchema(args[1].constant, 1);
  return schema !== undefined && "condition" in schema ? schema : BINARY;
};

const fromProtobuf: ResultRule = (args) => {
  const fault = optionsFault("from_protobuf", args, 3);
  if (fault !== undefined) return fault;
  const shape = protobufMessage(args[1]?.constant, args[2]?.constant, args[3]?.options);
  return "condition" in shape ? shape : shape.dataType;
};

const toProtobuf: ResultRule = (args) => {
  const fault = optionsFault("to_protobuf", args, 3);
  if (fault !== undefined) return fault;
  const shape = protobufMessage(args[1]?.constant, args[2]?.constant);
  return "condition" in shape ? shape : BINARY;
};

/**
 * Bytes of messages. The schema is a constant; where a query names a registry's subject instead, the schema is put in its place before the query is analyzed, and
 * options then say where the registry is. @see https://spark.apache.org/docs/latest/sql-data-sources-avro.html
 */
export const PAYLOADS: readonly FunctionEntry[] = [
  scalar("from_avro", [bytes, text, options], fromAvro, { nullable: mayBeNull }),
  scalar("to_avro", [anything, optional(text), options], toAvro, { nullable: nullIfAny }),
  scalar("from_protobuf", [bytes, text, textOrBinary, optional(anyMap)], fromProtobuf, { nullable: mayBeNull }),
  scalar("to_protobuf", [anything, text, textOrBinary, optional(anyMap)], toProtobuf, { nullable: nullIfAny }),
  scalar("schema_of_avro", [text], STRING, { nullable: neverNull }),
];
