import type { Origin } from "@sluice/query";
import type { Declarations } from "../declaration/declaration.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { Dataset, ResolvedFlow } from "./dataflow-graph.ts";
import type { PipelineSettings } from "./pipeline-settings.ts";

/** How often a flow of a continuous pipeline looks for work; set for a flow, a table or the pipeline. */
export const TRIGGER_INTERVAL = "pipelines.trigger.interval";

/** What a trigger interval may be, for messages. */
export const TRIGGER_INTERVAL_FORM =
  'a whole number above 0 and a unit, as "10 seconds", "1 minute", "2 hours" or "1 day"';

const UNIT_MS: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const STREAM_MS = 5000;
const VIEW_OF_TABLES_MS = 60_000;
const VIEW_OF_FILES_MS = 600_000;

/** `10 seconds` in milliseconds; undefined when it is not {@link TRIGGER_INTERVAL_FORM}. */
export function parseTriggerInterval(text: string): number | undefined {
  const [, count = "", unit = ""] = /^\s*(\d{1,9})\s+([a-z]+?)s?\s*$/i.exec(text) ?? [];
  const ms = UNIT_MS[unit.toLowerCase()];
  return ms === undefined || Number(count) === 0 ? undefined : Number(count) * ms;
}

/**
 * Milliseconds between two triggers of a flow. What the flow says wins over what its table says, and that over the pipeline; by default 5 seconds for streams, a
 * minute for materialized views over Delta tables alone, else ten minutes.
 */
export function triggerInterval(flow: ResolvedFlow, dataset: Dataset, settings: PipelineSettings): number {
  const coats = [flow.declaration.sparkConf, dataset.declaration.sparkConf, dataset.declaration.tableProperties];
  const text = [...coats, settings.configuration]
    .map((coat) => coat[TRIGGER_INTERVAL])
    .find((one) => one !== undefined);
  return (text === undefined ? undefined : parseTriggerInterval(text)) ?? defaultInterval(flow);
}

function defaultInterval(flow: ResolvedFlow): number {
  if (flow.streaming) return STREAM_MS;
  return [...flow.reads.values()].every(({ kind }) => kind === "Dataset" || kind === "ExternalTable")
    ? VIEW_OF_TABLES_MS
    : VIEW_OF_FILES_MS;
}

/** The trigger intervals of flows and tables that cannot be read. */
export function triggerIntervalErrors({ datasets, flows }: Declarations): readonly PipelineError[] {
  const tables = datasets.flatMap(({ name, origin, sparkConf, tableProperties }) =>
    intervalErrors(name, origin, [sparkConf, tableProperties]),
  );
  const own = new Set(datasets.map(({ name }) => name));
  const added = flows.filter(({ name }) => !own.has(name));
  return [...tables, ...added.flatMap(({ name, origin, sparkConf }) => intervalErrors(name, origin, [sparkConf]))];
}

function intervalErrors(
  where: string,
  origin: Origin,
  coats: readonly Readonly<Record<string, string>>[],
): readonly PipelineError[] {
  const wrong = coats
    .map((coat) => coat[TRIGGER_INTERVAL])
    .filter((text) => text !== undefined && parseTriggerInterval(text) === undefined);
  return wrong.map((value = "") => {
    const params = { where: `"${where}"`, option: TRIGGER_INTERVAL, value, expected: TRIGGER_INTERVAL_FORM };
    return new PipelineError("INVALID_OPTION_VALUE", params, { origin });
  });
}
