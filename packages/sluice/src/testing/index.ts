export { assertDataFrameEqual, assertSchemaEqual, type DataFrameComparison } from "./assert-data-frame-equal.ts";
export { type MemoryStream, memoryStream, type TestSource } from "./memory-stream.ts";
export { type Recording, recordTopic, replayTopic } from "./recorded-topic.ts";
export { type TestClock, testClock } from "./test-clock.ts";
export { type TestPipeline, type TestPipelineOptions, testPipeline } from "./test-pipeline.ts";
