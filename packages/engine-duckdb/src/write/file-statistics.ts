import { toPartitionValue, toStatistics } from "@sluice/delta";
import type { TableTarget } from "@sluice/pipelines";
import type { StagedFile } from "./stage-files.ts";

/** Delta's statistics of a file as JSON text. */
export function statisticsText(file: StagedFile, target: TableTarget): string {
  const settings = { schema: target.schema, partitionColumns: target.partitionBy, configuration: target.properties };
  return toStatistics({ rows: file.rows, columns: file.statistics }, settings);
}

/** The partition values of a file as Delta writes them. */
export function partitionValues(target: TableTarget, file: StagedFile): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    target.partitionBy.map((name) => {
      const field = target.schema.fields.find((one) => one.name === name);
      const text = file.partition[name] ?? null;
      return [name, field === undefined ? text : toPartitionValue(text, field.dataType)];
    }),
  );
}
