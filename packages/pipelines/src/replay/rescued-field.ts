import { type Expression, type StructField, sqlType } from "@sluice/query";
import { call, column, literal } from "./replay-expression.ts";

/** A field of the rescued data as text: a number as it is written where its name occurs once, as else it might be another's. */
export function fieldText(rescued: string, name: string): Expression {
  const text = call("get_json_object", column(rescued), literal(`$.${name}`));
  const key = `${JSON.stringify(name).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}:`;
  const occurrences = (pattern: string): Expression =>
    call("size", call("regexp_extract_all", column(rescued), literal(pattern), literal(1)));
  const number = `${key}(-?[0-9][-+.0-9eE]*)`;
  const isOnly = call(
    "and",
    call("=", occurrences(`(${key})`), literal(1)),
    call("=", occurrences(number), literal(1)),
  );
  const isFound = call("and", call("isnotnull", text), isOnly);
  return call("if", isFound, call("regexp_extract", column(rescued), literal(number), literal(1)), text);
}

/** A field of the rescued data that holds several values. */
export function nestedField(rescued: string, { name, dataType }: StructField): Expression {
  const record = sqlType({ kind: "struct", fields: [{ name, dataType, nullable: true, metadata: {} }] });
  return { kind: "FieldAccess", expression: call("from_json", column(rescued), literal(record)), field: name };
}
