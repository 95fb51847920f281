import type { Expression } from "../../expression/expression.ts";
import type { Column } from "../column.ts";
import { type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import { given, invoke, optionsArgument } from "./define.ts";

/** Options of a payload's function, such as `{ mode: "PERMISSIVE" }`. */
export type PayloadOptions = Readonly<Record<string, string>>;

/**
 * Avro bytes as a value. With mode PERMISSIVE bytes that are none give a struct of NULLs; else they are an error.
 *
 * @param schema - An Avro schema in JSON; with a registry's address a subject, whose newest schema is that of the result: each message begins with the id of its own.
 */
export function fromAvro(
  column: ColumnOrName,
  schema: string,
  registryOrOptions?: string | PayloadOptions,
  options?: PayloadOptions,
): Column {
  return invoke("from_avro", columnExpression(column), valueExpression(schema), ...more(registryOrOptions, options));
}

/**
 * A value as Avro bytes.
 *
 * @param schema - An Avro schema in JSON; absent: the one that Spark makes of the type. With a registry's address a subject, whose newest schema is written.
 */
export function toAvro(
  column: ColumnOrName,
  schema?: string,
  registryOrOptions?: string | PayloadOptions,
  options?: PayloadOptions,
): Column {
  return invoke("to_avro", columnExpression(column), ...given([schema]), ...more(registryOrOptions, options));
}

function more(registryOrOptions: string | PayloadOptions | undefined, options: PayloadOptions | undefined) {
  if (typeof registryOrOptions !== "string") return optionsArgument(registryOrOptions);
  return [valueExpression(registryOrOptions), ...optionsArgument(options)];
}

/** The type of an Avro schema, as DDL. */
export function schemaOfAvro(schema: ColumnOrValue): Column {
  return invoke("schema_of_avro", valueExpression(schema));
}

/**
 * Protobuf bytes as a struct.
 *
 * @param message - The message's name; or options that name a subject of a schema registry, `schema.registry.subject` and `schema.registry.address`: its newest schema is that of the result, and each message begins with the id of its own.
 * @param descriptors - A descriptor set (`protoc --include_imports --descriptor_set_out`): its bytes, or the path of its file, relative to the project.
 */
export function fromProtobuf(
  column: ColumnOrName,
  message: string | PayloadOptions,
  descriptors?: string | Uint8Array,
  options?: PayloadOptions,
): Column {
  return invoke("from_protobuf", ...messageArguments(column, message, descriptors, options));
}

/**
 * A struct as Protobuf bytes: fields by their names; those that are NULL are not written.
 *
 * @param message - As of `fromProtobuf`; with a registry's subject its newest schema is written, behind its id.
 * @param descriptors - As of `fromProtobuf`.
 */
export function toProtobuf(
  column: ColumnOrName,
  message: string | PayloadOptions,
  descriptors?: string | Uint8Array,
  options?: PayloadOptions,
): Column {
  return invoke("to_protobuf", ...messageArguments(column, message, descriptors, options));
}

function messageArguments(
  column: ColumnOrName,
  message: string | PayloadOptions,
  descriptors: string | Uint8Array | undefined,
  options: PayloadOptions | undefined,
): readonly Expression[] {
  const first = columnExpression(column);
  if (typeof message !== "string") return [first, ...optionsArgument(message)];
  return [first, valueExpression(message), ...given([descriptors]), ...optionsArgument(options)];
}
