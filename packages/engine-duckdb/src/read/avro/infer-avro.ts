import type { StructField } from "@sluice/query";
import type { Inference } from "../format.ts";
import { mergeFields } from "../merge-fields.ts";
import { openAvro } from "./avro-container.ts";
import { columnsOf, wantedSchema } from "./avro-rows.ts";

/** The fields of the records of Avro files, in order of first appearance; of fields of the same name the first counts, records in them are merged. */
export async function avroColumns({ files, read }: Inference): Promise<readonly StructField[]> {
  const wanted = wantedSchema(read);
  let fields: readonly StructField[] = [];
  const known = new Set<string>();
  for (const file of files) {
    const { schema, schemaText } = openAvro(file);
    if (known.has(schemaText)) continue;
    known.add(schemaText);
    fields = mergeFields(fields, columnsOf(wanted ?? schema, file));
  }
  return fields;
}
