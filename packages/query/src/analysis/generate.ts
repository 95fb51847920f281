import type { Call, Expression } from "../expression/expression.ts";
import { findFunction } from "../function/catalogue.ts";
import type { Attribute, Plan, TypedCall } from "./plan.ts";
import type { Session } from "./session.ts";
import { typeKnownCall } from "./type-call.ts";
import { CLAUSES, type Typing } from "./typing.ts";

/** The generator call that an expression is; undefined when it is something else. */
export function generatorCall(expression: Expression): Call | undefined {
  if (expression.kind !== "Call") return undefined;
  return findFunction(expression.name)?.kind === "generator" ? expression : undefined;
}

/** A generator applied to each row of a plan: the plan and the columns made. */
export interface Generated {
  readonly plan: Plan;
  readonly attributes: readonly Attribute[];
}

/** Applies a generator. `names` are the user's names for its columns, none for the function's own. Undefined when it failed. */
export function generate(
  input: Plan,
  call: Call,
  names: readonly string[],
  outer: boolean,
  typing: Typing,
): Generated | undefined {
  const { session } = typing;
  const entry = findFunction(call.name);
  if (entry === undefined) return undefined;
  const typed = typeKnownCall(entry, call, { ...typing, clause: CLAUSES.generator });
  if (typed.kind !== "Call" || typed.dataType.kind !== "struct") return undefined;
  const isOuter = outer || call.name.toLowerCase().endsWith("_outer");
  const attributes = generatedAttributes(typed, names, isOuter, session);
  if (attributes === undefined) {
    const message = `\`${call.name}\` makes ${typed.dataType.fields.length} columns, but ${names.length} names are given: ${names.join(", ")}`;
    session.report("UDTF_ALIAS_NUMBER_MISMATCH", message, call);
    return undefined;
  }
  const output = [...input.output, ...attributes];
  const plan: Plan = { kind: "Generate", input, generator: typed, outer: isOuter, generated: attributes, output };
  return { plan, attributes };
}

function generatedAttributes(call: TypedCall, names: readonly string[], outer: boolean, session: Session) {
  const fields = call.dataType.kind === "struct" ? call.dataType.fields : [];
  if (names.length > 0 && names.length !== fields.length) return undefined;
  return session.attributes(
    fields.map((field, i) => ({ ...field, name: names[i] ?? field.name, nullable: field.nullable || outer })),
  );
}
