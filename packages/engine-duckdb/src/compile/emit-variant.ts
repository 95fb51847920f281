import type { TypedCall } from "@sluice/query";
import { aggregate } from "./aggregation.ts";
import { sqlOf, typeOf } from "./call-argument.ts";
import { castSql } from "./cast.ts";
import type { EmitterTable, Scope } from "./context.ts";
import { quoteText } from "./identifier.ts";
import { toVariant } from "./variant.ts";

function variantGet(call: TypedCall, scope: Scope): string {
  const found = `js_variant_get(${sqlOf(call, 0, scope)}, ${sqlOf(call, 1, scope)}, ${quoteText(call.name)})`;
  const mode = call.name === "variant_get" ? "error" : "null";
  return castSql(found, { kind: "variant" }, { to: call.dataType, mode, depth: 0 });
}

function schemaOfAll(call: TypedCall, scope: Scope): string {
  const list = aggregate(call, scope, { name: "list", args: [sqlOf(call, 0, scope)] });
  return `coalesce(js_variant_schemas(${list}), 'VOID')`;
}

/** VARIANT. */
export const VARIANT_FUNCTIONS: EmitterTable = {
  parse_json: "js_variant_parse($1)",
  try_parse_json: "js_variant_try_parse($1)",
  variant_get: variantGet,
  try_variant_get: variantGet,
  is_variant_null: "coalesce($1 = 'null', false)",
  to_variant_object: (call, scope) => toVariant(sqlOf(call, 0, scope), typeOf(call, 0)),
  schema_of_variant: "js_variant_schema($1)",
};

/** Aggregates of VARIANT. */
export const VARIANT_AGGREGATES: EmitterTable = { schema_of_variant_agg: schemaOfAll };
