import type { QueryResult } from "@sluice/pipelines";
import type { DataType } from "@sluice/query";
import { formatCount } from "../render/format.ts";
import { formatValue, jsonValue } from "../render/value.ts";
import type { Pipeline } from "../session/pipeline.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

const SHOWN_ROWS = 1000;
const NUMBERS: ReadonlySet<DataType["kind"]> = new Set([
  "byte",
  "short",
  "integer",
  "long",
  "float",
  "double",
  "decimal",
]);

/** Answers one SELECT. For eyes at most a thousand rows are printed, and said so; for machines all. */
export async function query(pipeline: Pipeline, sql: string, output: Output): Promise<number> {
  const result = await pipeline.query(sql, output.machine ? undefined : SHOWN_ROWS + 1);
  for (const row of output.machine ? result.rows : []) {
    output.json(
      Object.fromEntries(
        result.schema.fields.map((field, i) => [field.name, jsonValue(row[i] ?? null, field.dataType)]),
      ),
    );
  }
  printRows(result, output);
  return EXIT.done;
}

function printRows(result: QueryResult, output: Output): void {
  const rows = result.rows.slice(0, SHOWN_ROWS);
  output.grid(
    result.schema.fields.map((field) => ({
      title: field.name,
      align: NUMBERS.has(field.dataType.kind) ? "right" : "left",
    })),
    rows.map((row) => result.schema.fields.map((field, i) => formatValue(row[i] ?? null, field.dataType))),
  );
  if (result.rows.length > rows.length) {
    output.note(`The first ${formatCount(rows.length)} rows. Add LIMIT, or --json for all.\n`);
  }
}
