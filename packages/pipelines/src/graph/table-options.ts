import type { DataSource, NamedTable, Origin } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { optionError } from "../source/option-mistake.ts";
import { COUNT, checkShape, FLAG, type OptionTable, SIZE, shapeOf } from "../source/option-shape.ts";
import { ReaderOptions } from "../source/reader-options.ts";

/** Refuses options of table reads that would change the rows and are not built. */
export function checkTableOptions(leaf: NamedTable | DataSource, origin: Origin): void {
  const options = new ReaderOptions(leaf.options);
  for (const [option, plan] of Object.entries(REFUSED_OPTIONS)) {
    const value = options.get(option);
    if (value !== undefined && value.toLowerCase() !== "false") {
      throw new PipelineError(
        "UNSUPPORTED_FEATURE",
        { feature: `Option \`${option}\` of a table read`, plan },
        { origin },
      );
    }
  }
  if (leaf.streaming) checkStreamOptions(leaf.options, origin);
  checkStart(options, origin);
  const travels = leaf.kind === "NamedTable" && (leaf.version !== undefined || leaf.timestamp !== undefined);
  if (leaf.streaming && ((travels || options.get("versionAsOf")) ?? options.get("timestampAsOf"))) {
    const plan = "Leave it out, or read with read instead of readStream.";
    throw new PipelineError("UNSUPPORTED_FEATURE", { feature: "Time travel in a streaming read", plan }, { origin });
  }
}

/** Those of streams of tables, beside where they start. Others are passed over, as Spark does. */
const STREAM_OPTIONS: OptionTable = {
  maxFilesPerTrigger: COUNT,
  maxBytesPerTrigger: SIZE,
  skipChangeCommits: FLAG,
  ignoreDeletes: FLAG,
  withEventTimeOrder: FLAG,
};

function checkStreamOptions(options: Readonly<Record<string, string>>, origin: Origin): void {
  for (const [option, value] of Object.entries(options)) {
    const shape = shapeOf(STREAM_OPTIONS, option);
    const [mistake] = shape === undefined ? [] : checkShape(option, value, shape);
    if (mistake !== undefined) throw optionError(mistake, "A table read", origin);
  }
  const given = new ReaderOptions(options);
  if (
    !given.flag("withEventTimeOrder") ||
    (given.get("maxFilesPerTrigger") ?? given.get("maxBytesPerTrigger")) === undefined
  )
    return;
  const plan = "Leave the limits out: then all rows that the table has are one batch, and none of them is late.";
  throw new PipelineError(
    "UNSUPPORTED_FEATURE",
    { feature: "withEventTimeOrder with a limit of files or bytes", plan },
    { origin },
  );
}

function checkStart(options: ReaderOptions, origin: Origin): void {
  const where = "A table read";
  const version = options.get("startingVersion");
  if (version !== undefined && !/^(\d{1,15}|latest)$/i.test(version)) {
    const params = {
      where,
      option: "startingVersion",
      value: version,
      expected: 'the number of a version, or "latest"',
    };
    throw new PipelineError("INVALID_OPTION_VALUE", params, { origin });
  }
  const time = options.get("startingTimestamp");
  if (version !== undefined && time !== undefined && !options.flag("readChangeFeed")) throw bothStarts(origin);
  if (time !== undefined && options.time("startingTimestamp") === undefined) {
    const params = { where, option: "startingTimestamp", value: time, expected: "a time, such as 2024-01-31 12:00:00" };
    throw new PipelineError("INVALID_OPTION_VALUE", params, { origin });
  }
}

function bothStarts(origin: Origin): PipelineError {
  const message = "Please either provide 'startingVersion' or 'startingTimestamp', not both.";
  const problem = {
    condition: "DELTA_STARTING_VERSION_AND_TIMESTAMP_BOTH_SET",
    sqlState: "42613",
    message,
    parameters: {},
  };
  return new PipelineError("QUERY_PROBLEM", { problem }, { origin });
}

const REFUSED_OPTIONS: Readonly<Record<string, string>> = {
  ignoreChanges:
    "Set skipChangeCommits to pass over commits that change rows, or readChangeFeed to take the changes in.",
};
