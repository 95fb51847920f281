import type { StructField } from "@sluice/query";
import type { Inference } from "../format.ts";
import { openAvro } from "./avro-container.ts";
import { columnsOf, wantedSchema } from "./avro-rows.ts";

/** The fields of the records of Avro files, in order of first appearance; of fields of the same name the first counts. */
export async function avroColumns({ files, read }: Inference): Promise<readonly StructField[]> {
  const wanted = wantedSchema(read);
  const fields = new Map<string, StructField>();
  const known = new Set<string>();
  for (const file of files) {
    const { schema, schemaText } = openAvro(file);
    if (known.has(schemaText)) continue;
    known.add(schemaText);
    for (const one of columnsOf(wanted ?? schema, file)) if (!fields.has(one.name)) fields.set(one.name, one);
  }
  return [...fields.values()];
}
