export * from "./declaration/declaration.ts";
export * from "./engine/engine.ts";
export * from "./engine/engine-error.ts";
export * from "./engine/file-store.ts";
export * from "./graph/dataflow-graph.ts";
