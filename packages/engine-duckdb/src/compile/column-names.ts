import { type Attribute, type Plan, planChildren, type Typed } from "@sluice/query";
import { quoteName } from "./identifier.ts";
import { visitPlan } from "./walk.ts";

/** Gives the quoted name that a column bears everywhere in the statement of one plan. */
export type ColumnName = (attribute: { readonly id: number; readonly name: string }) => string;

/**
 * The names of all columns in the statement that a plan compiles to. Stable: the same plan gives the same names. A column keeps its own name unless a
 * different column has it (ignoring case); then all but the first get the suffix `_<id>`. The plan's output comes first, then nodes from the top
 * down, sub-queries last.
 */
export function nameColumns(plan: Plan): ColumnName {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  const add = ({ id, name }: { readonly id: number; readonly name: string }): void => {
    if (!names.has(id)) names.set(id, claim(name, id, taken));
  };
  const addAll = (attributes: readonly Attribute[]): void => {
    for (const attribute of attributes) add(attribute);
  };
  const seen = new Set<Plan>();
  const addTree = (node: Plan): void => {
    if (seen.has(node)) return;
    seen.add(node);
    addAll(node.output);
    for (const input of planChildren(node)) addTree(input);
  };
  addTree(plan);
  visitPlan(plan, { plan: (node) => addAll(node.output), expression: (expression) => addLambda(expression, add) });
  return ({ id, name }) => quoteName(names.get(id) ?? name);
}

function addLambda(expression: Typed, add: (parameter: { readonly id: number; readonly name: string }) => void): void {
  if (expression.kind === "Lambda") for (const parameter of expression.parameters) add(parameter);
}

function claim(name: string, id: number, taken: Set<string>): string {
  let candidate = name === "" ? "_" : name;
  for (let suffix = `_${id}`; taken.has(candidate.toLowerCase()); ) candidate += suffix;
  taken.add(candidate.toLowerCase());
  return candidate;
}
