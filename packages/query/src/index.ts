export * from "./analysis/plan.ts";
export * from "./data-type/data-type.ts";
export * from "./data-type/json.ts";
export * from "./data-type/simple-string.ts";
export * from "./expression/expression.ts";
export * from "./expression/problem.ts";
export * from "./relation/relation.ts";
