import type { Plan, UnionLoopPlan } from "./plan.ts";
import { planChildren, planExpressions, walkPlan } from "./plan-children.ts";
import type { Session } from "./session.ts";
import { someTyped } from "./typed-children.ts";

/** Reports a loop whose step reads the rows of the time before where Spark does not allow it. */
export function checkReferences(loop: UnionLoopPlan, name: string, session: Session): void {
  const isWrong = [...walkPlan(loop.right)].some((one) => closedInputs(one).some((input) => reads(input, loop.loop)));
  if (!isWrong) return;
  const message = `\`${name}\` refers to itself on the side of an outer, semi or anti join that may be missing, or below an aggregate, a window function or a sort. Do that in the query that reads \`${name}\``;
  session.report("INVALID_RECURSIVE_REFERENCE.PLACE", message);
}

/** The inputs of a plan that must be known whole before it gives rows. */
function closedInputs(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case "Aggregate":
    case "Sessionize":
    case "Sort":
      return [plan.input];
    case "Join":
      return closedSides(plan);
    default:
      return planExpressions(plan).some((one) => someTyped(one, ({ kind }) => kind === "Window"))
        ? planChildren(plan)
        : [];
  }
}

function closedSides({ how, left, right }: Extract<Plan, { kind: "Join" }>): readonly Plan[] {
  switch (how) {
    case "left":
    case "semi":
    case "anti":
      return [right];
    case "right":
      return [left];
    case "full":
      return [left, right];
    default:
      return [];
  }
}

/** Whether a plan reads the rows of a loop, not looking into sub-queries. */
function reads(plan: Plan, loop: number): boolean {
  if (plan.kind === "UnionLoopRef") return plan.loop === loop;
  return planChildren(plan).some((child) => reads(child, loop));
}
