/** Options that the DataFrame API writes with the prefix `cloudFiles.`, and `read_files` without. */
const AUTO_LOADER: readonly string[] = [
  ...["allowOverwrites", "backfillInterval", "cleanSource", "cleanSource.retentionDuration"],
  ...["cleanSource.moveDestination", "fetchParallelism", "format", "includeExistingFiles", "inferColumnTypes"],
  ...["maxBytesPerTrigger", "maxFileAge", "maxFilesPerTrigger", "partitionColumns", "schemaEvolutionMode"],
  ...["schemaHints", "schemaLocation", "useStrictGlobber", "validateOptions", "useIncrementalListing"],
  ...["useNotifications", "useManagedFileEvents", "pathRewrites", "resourceTag", "region", "queueUrl", "queueName"],
  ...["roleArn", "roleExternalId", "roleSessionName", "stsEndpoint", "subscriptionId", "tenantId", "clientId"],
  ...["clientSecret", "connectionString", "resourceGroup", "projectId"],
];

/** Options of all readers of files, and of one or another format. */
const READERS: readonly string[] = [
  ...["schema", "inferSchema", "ignoreCorruptFiles", "ignoreMissingFiles", "modifiedAfter", "modifiedBefore"],
  ...["pathGlobFilter", "fileNamePattern", "recursiveFileLookup", "rescuedDataColumn", "readerCaseSensitive"],
  ...[
    "badRecordsPath",
    "mode",
    "encoding",
    "charset",
    "lineSep",
    "locale",
    "dateFormat",
    "timestampFormat",
    "timeZone",
  ],
  ...["timestampNTZFormat", "columnNameOfCorruptRecord", "multiLine", "compression", "samplingRatio", "mergeSchema"],
  ...["allowBackslashEscapingAnyCharacter", "allowComments", "allowNonNumericNumbers", "allowNumericLeadingZeros"],
  ...["allowSingleQuotes", "allowUnquotedControlChars", "allowUnquotedFieldNames", "dropFieldIfAllNull"],
  ...["inferTimestamp", "prefersDecimal", "primitivesAsString", "singleVariantColumn", "enableDateTimeParsingFallback"],
  ...["header", "sep", "delimiter", "quote", "escape", "charToEscapeQuoteEscaping", "comment", "emptyValue"],
  ...["nullValue", "nanValue", "positiveInf", "negativeInf", "enforceSchema", "ignoreLeadingWhiteSpace", "preferDate"],
  ...["ignoreTrailingWhiteSpace", "maxCharsPerColumn", "maxColumns", "parserCaseSensitive", "skipRows"],
  ...["unescapedQuoteHandling", "rowTag", "rootTag", "attributePrefix", "valueTag", "excludeAttribute"],
  ...["ignoreSurroundingSpaces", "ignoreNamespace", "rowValidationXSDPath", "arrayElementName", "datetimeRebaseMode"],
  ...["int96RebaseMode", "avroSchema", "positionalFieldMatching", "wholeText"],
];

/** The options that `read_files` takes, in their usual spelling; they compare ignoring case. */
export const READ_FILES_OPTIONS: readonly string[] = [...AUTO_LOADER, ...READERS];

const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...READERS.map((name): [string, string] => [name.toLowerCase(), name]),
  ...AUTO_LOADER.map((name): [string, string] => [name.toLowerCase(), `cloudFiles.${name}`]),
]);

/** The option of a reader that one of `read_files` is; undefined when there is none of that name. */
export function readerOptionName(name: string): string | undefined {
  return SPELLINGS.get(name.toLowerCase());
}
