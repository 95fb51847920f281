import { DeltaTable } from "../src/index.ts";
import { ID_AND_NAME, newFile } from "./table-model.ts";

/** A process of its own: appends `count` files named after the writer to the table at `location`. */
const [location = "", writer = "", count = "0"] = process.argv.slice(2);
const table = DeltaTable.open(location);
for (let index = 0; index < Number(count); index += 1) {
  const outcome = await table.commit({
    operation: "STREAMING UPDATE",
    definition: { schema: ID_AND_NAME },
    add: [newFile(`${writer}-${index}.parquet`)],
    transaction: { appId: writer, version: index },
  });
  if (outcome.kind !== "Committed") throw new Error(`${writer} ${index}: ${JSON.stringify(outcome)}`);
}
