// A process of its own, on the compiled package: appends `count` files named after the writer to the table at `location`.
//
// usage: race-writer.mjs LOCATION WRITER COUNT
import { DeltaTable } from "@sluice/delta";
import { field, LONG, STRING, struct } from "@sluice/query";

const [location, writer, count] = process.argv.slice(2);
const table = DeltaTable.open(location);
for (let index = 0; index < Number(count); index += 1) {
  const outcome = await table.commit({
    operation: "STREAMING UPDATE",
    definition: { schema: struct([field("id", LONG), field("name", STRING)]) },
    add: [{ path: `${writer}-${index}.parquet`, partitionValues: {}, sizeBytes: 100, modifiedAt: 0 }],
    transaction: { appId: writer, version: index },
  });
  if (outcome.kind !== "Committed") throw new Error(`${writer} ${index}: ${JSON.stringify(outcome)}`);
}
