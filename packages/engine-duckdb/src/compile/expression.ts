import type { Typed, TypedCall, TypedCase, TypedFieldAccess, TypedInSubquery, TypedLambda } from "@sluice/query";
import { emitCast } from "./cast.ts";
import type { Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { AGGREGATE_FUNCTIONS } from "./emit-aggregate.ts";
import { EMITTERS } from "./emitters.ts";
import { quoteText } from "./identifier.ts";
import { printLiteral } from "./literal.ts";
import { evaluatedOnce } from "./once.ts";
import { indent } from "./select.ts";
import { fill, operand } from "./template.ts";
import { isTumbling, windowBounds } from "./time-window.ts";
import { windowText } from "./window-text.ts";

/** The SQL of one expression; `scope.sql` must lead back here for operands. */
export function compileExpression(expression: Typed, scope: Scope): string {
  switch (expression.kind) {
    case "Literal":
      return printLiteral(expression.value, expression.dataType);
    case "Column":
    case "LambdaVariable":
      return scope.name(expression);
    case "Call":
      return compileCall(expression, scope);
    case "Cast":
      return evaluatedOnce([expression.expression], scope, (inner) => emitCast(expression, inner));
    case "Case":
      return compileCase(expression, scope);
    case "Lambda":
      return compileLambda(expression, scope);
    case "FieldAccess":
      return compileField(expression, scope);
    case "JsonPath":
      return compileCall(
        {
          ...expression,
          kind: "Call",
          name: expression.dataType.kind === "variant" ? "variant_get" : "get_json_object",
          args: [expression.expression, pathLiteral(expression.path)],
        },
        scope,
      );
    case "Window":
      return compileCall(expression.call, scope, windowText(expression, scope));
    default:
      return compileSubquery(expression, scope);
  }
}

/** A field of a struct that is made on the spot is what it is made of. */
function compileField(access: TypedFieldAccess, scope: Scope): string {
  const { expression, field, ordinal } = access;
  if (expression.kind === "Call" && expression.name === "struct") {
    const value = expression.args[ordinal];
    if (value !== undefined) return operand(scope.sql(value));
  }
  if (expression.kind === "Call" && expression.name === "window" && isTumbling(expression)) {
    const { start, end } = windowBounds(expression, scope);
    return ordinal === 0 ? start : operand(end);
  }
  return `struct_extract(${scope.sql(expression)}, ${quoteText(field)})`;
}

function pathLiteral(path: readonly (string | number)[]): Typed {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : step === "*" ? "[*]" : `['${step}']`));
  return { kind: "Literal", value: `$${steps.join("")}`, dataType: { kind: "string" }, nullable: false };
}

function compileCall(call: TypedCall, outer: Scope, over?: string): string {
  const [negated] = call.name === "not" ? call.args : [];
  if (negated?.kind === "InSubquery") return `coalesce(NOT ${operand(inSubquery(negated, outer))}, false)`;
  const emitter = EMITTERS[call.name];
  if (emitter === undefined) throw new Error(`no emitter for the function ${call.name}: checkPlan reports it`);
  const { over: _, ...inner } = outer;
  const scope: Scope = over === undefined ? inner : { ...inner, over };
  const emit = (inner: Scope): string =>
    typeof emitter === "function" ? emitter(call, inner) : fillCall(emitter, call, inner);
  return AGGREGATE_FUNCTIONS[call.name] === undefined ? evaluatedOnce(call.args, scope, emit) : emit(scope);
}

/** A macro may write its argument out many times, even inside lambdas: an array that must be computed is computed once, before. */
function fillCall(template: string, call: TypedCall, scope: Scope): string {
  const bound: string[] = [];
  const args = call.args.map((arg) => {
    const costly = template.startsWith("sp_") && arg.dataType.kind === "array" && arg.kind === "Call";
    return costly ? `"_b${bound.push(scope.sql(arg)) - 1}"` : scope.sql(arg);
  });
  const body = fill(template, args, duckType(call.dataType));
  return bound.reduceRight((inner, sql, i) => `list_transform([${sql}], lambda "_b${i}": ${inner})[1]`, body);
}

function compileCase(expression: TypedCase, scope: Scope): string {
  const branches = expression.branches.map(({ when, then }) => `WHEN ${scope.sql(when)} THEN ${scope.sql(then)}`);
  const otherwise = expression.otherwise === undefined ? [] : [`ELSE ${scope.sql(expression.otherwise)}`];
  const parts = [...branches, ...otherwise];
  const line = `CASE ${parts.join(" ")} END`;
  if (line.length <= 100 && !line.includes("\n")) return line;
  return `CASE\n${parts.map(indent).join("\n")}\nEND`;
}

function compileLambda(lambda: TypedLambda, scope: Scope): string {
  return `lambda ${lambda.parameters.map((parameter) => scope.name(parameter)).join(", ")}: ${scope.sql(lambda.body)}`;
}

function compileSubquery(expression: Extract<Typed, { readonly plan: unknown }>, scope: Scope): string {
  const inner = `(\n${indent(scope.subquery(expression.plan))}\n)`;
  switch (expression.kind) {
    case "ScalarSubquery":
      return inner;
    case "Exists":
      return `EXISTS ${inner}`;
    case "InSubquery": {
      const found = inSubquery(expression, scope);
      return expression.nullable ? `coalesce(${found}, false)` : found;
    }
  }
}

/** `x IN (SELECT ..)` as the standard has it, NULL when unknown: Spark answers so only where it is a whole condition, false elsewhere. */
export function inSubquery(expression: TypedInSubquery, scope: Scope): string {
  return `${inValues(expression, scope)} IN (\n${indent(scope.subquery(expression.plan))}\n)`;
}

function inValues(expression: TypedInSubquery, scope: Scope): string {
  const values = expression.values.map((value) => scope.sql(value));
  return values.length === 1 ? operand(values[0] ?? "NULL") : `(${values.join(", ")})`;
}
