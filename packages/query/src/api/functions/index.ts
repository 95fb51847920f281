export * from "./aggregate.ts";
export * from "./collection.ts";
export * from "./core.ts";
export * from "./datetime.ts";
export * from "./math.ts";
export * from "./text.ts";
export * from "./window-function.ts";
