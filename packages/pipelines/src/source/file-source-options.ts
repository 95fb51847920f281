import { CLOUD_FILES_OPTIONS, cloudFilesName } from "./cloud-files-options.ts";
import { checkFormatOption } from "./format-options.ts";
import type { OptionMistake } from "./option-mistake.ts";
import { COUNT, checkShape, FLAG, INTERVAL, type OptionTable, SIZE, shapeOf, TEXT, TIME } from "./option-shape.ts";
import { ReaderOptions } from "./reader-options.ts";

/** The options of all readers of files, whatever the format. */
const GENERIC_OPTIONS: OptionTable = {
  badRecordsPath: TEXT,
  cleanSource: { kind: "Refused", why: "use cloudFiles.cleanSource with Auto Loader", allowed: ["off"] },
  ignoreCorruptFiles: FLAG,
  ignoreMissingFiles: FLAG,
  maxBytesPerTrigger: SIZE,
  maxFileAge: INTERVAL,
  maxFilesPerTrigger: COUNT,
  modifiedAfter: TIME,
  modifiedBefore: TIME,
  readerCaseSensitive: {
    kind: "Refused",
    why: "names must be written as in the schema; fields of another case are kept in _rescued_data",
    allowed: ["true"],
  },
  recursiveFileLookup: FLAG,
  rescuedDataColumn: TEXT,
};

/** Options that say where files are and which; any value will do. */
const PLACES: ReadonlySet<string> = new Set(["path", "pathglobfilter", "filenamepattern", "partitioncolumns"]);

/**
 * All that is wrong with the options of a read, in the order given. `format` is that of the files in lower case; absent while it is not known: then its options are not
 * looked at.
 */
export function checkOptions(options: Readonly<Record<string, string>>, format?: string): readonly OptionMistake[] {
  const validate = new ReaderOptions(options).flag("cloudFiles.validateOptions") ?? true;
  const each = Object.entries(options).flatMap(([option, value]) =>
    cloudFilesName(option) === undefined ? checkPlain(option, value, format) : checkCloudFiles(option, value, validate),
  );
  return [...each, ...checkBadRecords(options)];
}

/** What cannot be parsed either goes to `badRecordsPath` or is treated as `mode` says. */
function checkBadRecords(options: Readonly<Record<string, string>>): readonly OptionMistake[] {
  const reader = new ReaderOptions(options);
  const value = reader.get("mode");
  if (reader.get("badRecordsPath") === undefined || value === undefined) return [];
  return [{ kind: "NotSupported", option: "mode", value, why: "leave it out where badRecordsPath is given" }];
}

function checkCloudFiles(option: string, value: string, validate: boolean): readonly OptionMistake[] {
  const shape = shapeOf(CLOUD_FILES_OPTIONS, option);
  if (shape !== undefined) return checkShape(option, value, shape);
  return validate ? [{ kind: "Unknown", option, known: Object.keys(CLOUD_FILES_OPTIONS) }] : [];
}

function checkPlain(option: string, value: string, format: string | undefined): readonly OptionMistake[] {
  const shape = shapeOf(GENERIC_OPTIONS, option);
  if (shape !== undefined) return checkShape(option, value, shape);
  return PLACES.has(option.toLowerCase()) ? [] : checkFormatOption(option, value, format);
}
