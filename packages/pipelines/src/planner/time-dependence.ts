import type { Plan } from "@sluice/query";

/** Why a query may give other rows although its sources are the same. */
export type NonDeterminism = "TIME_FUNCTION" | "NON_DETERMINISTIC_EXPRESSION";

const TIME_FUNCTIONS = new Set([
  "current_timestamp",
  "current_date",
  "current_time",
  "now",
  "curdate",
  "localtimestamp",
]);
const RANDOM_FUNCTIONS = new Set(["rand", "randn", "random", "randstr", "uniform", "uuid", "shuffle"]);

/** The first function found in a plan that depends on the time of the run or on chance; undefined when there is none. */
export function nonDeterminism(plan: Plan): NonDeterminism | undefined {
  let found: NonDeterminism | undefined;
  const visit = (value: unknown): void => {
    if (found !== undefined || typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    found = callOf(value);
    if (found === undefined) Object.values(value).forEach(visit);
  };
  visit(plan);
  return found;
}

function callOf(node: object): NonDeterminism | undefined {
  if (!("kind" in node) || node.kind !== "Call" || !("name" in node) || typeof node.name !== "string") {
    return "kind" in node && node.kind === "Sample" && !("seed" in node) ? "NON_DETERMINISTIC_EXPRESSION" : undefined;
  }
  if (TIME_FUNCTIONS.has(node.name)) return "TIME_FUNCTION";
  if (node.name === "unix_timestamp" && "args" in node && Array.isArray(node.args) && node.args.length === 0) {
    return "TIME_FUNCTION";
  }
  return RANDOM_FUNCTIONS.has(node.name) ? "NON_DETERMINISTIC_EXPRESSION" : undefined;
}
