import { parseTriggerInterval, TRIGGER_INTERVAL, TRIGGER_INTERVAL_FORM } from "./trigger-interval.ts";

/** Keys of a pipeline's configuration that hold how often something is tried again. */
export const FLOW_RETRIES = "pipelines.maxFlowRetryAttempts";
export const UPDATE_RETRIES = "pipelines.numUpdateRetryAttempts";

/** What is wrong with a value of the pipeline's configuration, as a sentence; undefined when nothing is, or the key is not one of ours. */
export function configurationProblem(key: string, value: string): string | undefined {
  if (key === TRIGGER_INTERVAL && parseTriggerInterval(value) === undefined) {
    return `"${value}" is no interval. Write ${TRIGGER_INTERVAL_FORM}.`;
  }
  const isCount = key === FLOW_RETRIES || key === UPDATE_RETRIES;
  return isCount && !/^\s*\d+\s*$/.test(value) ? `"${value}" is not a whole number, 0 or more.` : undefined;
}
