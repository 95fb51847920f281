export type { DuckDbOptions } from "./connection/settings.ts";
export { openDuckDbEngine } from "./engine.ts";
