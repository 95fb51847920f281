export * from "@sluice/pipelines";
export * from "@sluice/query/api";
export { openPipeline } from "./session/pipeline.ts";
