import {
  type Attribute,
  mapPlanExpressions,
  type Plan,
  planChildren,
  planExpressions,
  replaceTyped,
  type Typed,
  walkPlan,
} from "@sluice/query";
import { FILE_PATH_COLUMN } from "./context.ts";
import { sharedPlans } from "./shared-plan.ts";
import { visitExpression } from "./walk.ts";

/** The hidden column that carries a row's file path; its id stands for no other column. */
export const FILE_PATH: Attribute = {
  id: -1,
  name: FILE_PATH_COLUMN,
  dataType: { kind: "string" },
  nullable: true,
  metadata: {},
};

const COLUMN: Typed = { kind: "Column", ...FILE_PATH };

/**
 * The plan in which every Scan below a use of `input_file_name()` gives `FILE_PATH` as one more column, carried up to where it is used. Above joins,
 * aggregates and set operations there is no single file, and the function gives ''.
 */
export function exposeFilePaths(plan: Plan): Plan {
  const asked = [...walkPlan(plan)].some(usesFilePath);
  return asked ? new FilePaths(plan).exposed(plan, false) : plan;
}

/** Whether the file path of `plan`'s rows is there to be used. */
export function hasFilePath(plan: Plan): boolean {
  return plan.output.some((attribute) => attribute.id === FILE_PATH.id);
}

function usesFilePath(plan: Plan): boolean {
  let uses = false;
  for (const expression of planExpressions(plan)) {
    visitExpression(expression, (inner) => {
      if (inner.kind === "Call" && inner.name === "input_file_name") uses = true;
    });
  }
  return uses;
}

/** One walk from the top; a plan that several others read carries the path in any case, so that it stays one. */
class FilePaths {
  readonly #shared: ReadonlySet<Plan>;
  readonly #known = new Map<Plan, Plan>();

  constructor(root: Plan) {
    this.#shared = sharedPlans(root);
  }

  exposed(plan: Plan, wanted: boolean): Plan {
    if (!this.#shared.has(plan)) return readFilePath(this.#expose(plan, wanted));
    const known = this.#known.get(plan) ?? readFilePath(this.#expose(plan, true));
    this.#known.set(plan, known);
    return known;
  }

  #expose(plan: Plan, wanted: boolean): Plan {
    const needed = wanted || usesFilePath(plan);
    switch (plan.kind) {
      case "Scan":
        return wanted ? { ...plan, output: [...plan.output, FILE_PATH] } : plan;
      case "Values":
      case "Range":
      case "UnionLoopRef":
        return plan;
      case "Join":
      case "SetOperation":
      case "UnionLoop":
        return { ...plan, left: this.exposed(plan.left, false), right: this.exposed(plan.right, false) };
      case "Project": {
        const input = this.exposed(plan.input, needed);
        if (!wanted || !hasFilePath(input)) return { ...plan, input };
        const columns = [...plan.columns, { attribute: FILE_PATH, expression: COLUMN }];
        return { ...plan, input, output: [...plan.output, FILE_PATH], columns };
      }
      case "Aggregate":
        return { ...plan, input: this.exposed(plan.input, usesFilePath(plan)) };
      case "Deduplicate":
        return { ...plan, input: this.exposed(plan.input, false) };
      default: {
        const input = this.exposed(plan.input, needed);
        return wanted && hasFilePath(input)
          ? { ...plan, input, output: [...plan.output, FILE_PATH] }
          : { ...plan, input };
      }
    }
  }
}

function readFilePath(plan: Plan): Plan {
  if (!usesFilePath(plan) || !planChildren(plan).some(hasFilePath)) return plan;
  const path = (part: Typed): Typed | undefined =>
    part.kind === "Call" && part.name === "input_file_name" ? COLUMN : undefined;
  return mapPlanExpressions(plan, (expression) => replaceTyped(expression, path));
}
