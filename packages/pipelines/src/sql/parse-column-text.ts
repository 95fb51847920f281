import { type Origin, openParser, parseSchema } from "@sluice/query";
import { fromQueryError, isQueryError, type PipelineError } from "../diagnostics/pipeline-error.ts";
import { type ColumnList, NO_COLUMNS, parseListedColumns } from "./parse-column-list.ts";
import { StatementReader } from "./statement-reader.ts";

/** Words that a schema alone does not have. */
const MORE_THAN_TYPES = /\b(GENERATED|CONSTRAINT|PRIMARY|FOREIGN|REFERENCES|MASK|DEFAULT)\b/i;

/** Text as it stands in the brackets of a table's definition; everything wrong in it is at the place of the call, `origin`. */
export function parseColumnText(
  text: string,
  dataset: string,
  origin: Origin,
): { readonly columns: ColumnList; readonly errors: readonly PipelineError[] } {
  try {
    if (!MORE_THAN_TYPES.test(text)) return { columns: { ...NO_COLUMNS, schema: parseSchema(text) }, errors: [] };
    const reader = new StatementReader(openParser(text), {}, origin);
    const columns = parseListedColumns(reader, "StreamingTable");
    reader.parser.expectEnd();
    return { columns, errors: reader.errors };
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return { columns: NO_COLUMNS, errors: fromQueryError(error, dataset, origin) };
  }
}
