import type { Typed, TypedCall } from "@sluice/query";
import { bareNumber } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { quoteText } from "./identifier.ts";
import { isOrderedOtherwise, ordered } from "./order.ts";
import { operand } from "./template.ts";

const COMPARISONS: Readonly<Record<string, string>> = {
  "=": "=",
  "==": "=",
  "<=>": "IS NOT DISTINCT FROM",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

function compared(expression: Typed, scope: Scope): string {
  return operand(bareNumber(expression, scope));
}

function comparison(operator: string): Emitter {
  if (/^[<>]=?$/.test(operator))
    return (call, scope) => call.args.map((arg) => rankOf(arg, scope)).join(` ${operator} `);
  return (call, scope) => call.args.map((arg) => compared(arg, scope)).join(` ${operator} `);
}

/** What a side of `<` and the like is compared by. */
function rankOf(expression: Typed, scope: Scope): string {
  if (!isOrderedOtherwise(expression.dataType)) return compared(expression, scope);
  return operand(ordered(scope.sql(expression), expression.dataType));
}

function connective(operator: string): Emitter {
  return (call, scope) => call.args.map((arg) => operand(scope.sql(arg))).join(` ${operator} `);
}

function inList(call: TypedCall, scope: Scope): string {
  const [value, ...list] = call.args;
  if (value === undefined) return "NULL";
  return `${compared(value, scope)} IN (${list.map((item) => compared(item, scope)).join(", ")})`;
}

function between(call: TypedCall, scope: Scope): string {
  const [value = "", low = "", high = ""] = call.args.map((arg) => compared(arg, scope));
  return `${value} BETWEEN ${low} AND ${high}`;
}

function like(operator: string): Emitter {
  return (call, scope) => {
    const [value = "", pattern = "", escaping = quoteText("\\")] = call.args.map((arg) => operand(scope.sql(arg)));
    return `${value} ${operator} ${pattern} ESCAPE ${escaping}`;
  };
}

/** Comparisons, connectives and tests for NULL. */
export const PREDICATE_FUNCTIONS: EmitterTable = {
  ...Object.fromEntries(Object.entries(COMPARISONS).map(([name, operator]) => [name, comparison(operator)])),
  equal_null: comparison("IS NOT DISTINCT FROM"),
  and: connective("AND"),
  or: connective("OR"),
  not: "NOT $1",
  "!": "NOT $1",
  in: inList,
  between,
  like: like("LIKE"),
  ilike: like("ILIKE"),
  isnull: "$1 IS NULL",
  isnotnull: "$1 IS NOT NULL",
  istrue: "$1 IS TRUE",
  isfalse: "$1 IS FALSE",
  isnan: "coalesce(isnan($1), false)",
};
