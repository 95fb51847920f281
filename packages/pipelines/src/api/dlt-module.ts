/** What the names `dlt` and `dp` stand for: every function of the declaring API. */
export * from "./auto-cdc.ts";
export * from "./deprecated.ts";
export * from "./dlt.ts";
export * from "./later.ts";
export * from "./sinks.ts";
