import type { DataType, StructType } from "../data-type/data-type.ts";
import type { Expression } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";
import { parseDataType, parseExpression, parseQuery, parseSchema } from "../sql/parser.ts";
import { plainStruct, plainType } from "./data-types.ts";
import { atCaller } from "./problem.ts";

/** An expression from SQL text given to the API; problems carry the place of the person's call. */
export function expressionFromText(text: string): Expression {
  return atCaller(() => parseExpression(text));
}

/** A query from SQL text given to the API. */
export function queryFromText(text: string): Relation {
  return atCaller(() => parseQuery(text));
}

/** A type given as DDL text (`decimal(10,2)`) or as a type. */
export function typeOf(type: string | DataType): DataType {
  return typeof type === "string" ? atCaller(() => parseDataType(type)) : plainType(type);
}

/** A schema given as DDL text (`id BIGINT, name STRING`) or as a struct type. */
export function schemaOf(schema: string | StructType): StructType {
  return typeof schema === "string" ? atCaller(() => parseSchema(schema)) : plainStruct(schema);
}
