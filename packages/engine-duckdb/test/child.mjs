// A process of its own, on the compiled packages: appends `count` commits of `rows` rows to a table, telling on stdout as each is begun and done.
//
// usage: child.mjs LOCATION APP_ID COUNT ROWS
import { openDuckDbEngine } from "@sluice/engine-duckdb";
import { field, LONG, STRING, struct } from "@sluice/query";

const [location, appId, count, rows] = process.argv.slice(2);
const id = { id: 1, name: "id", dataType: LONG, nullable: true, metadata: {} };
const text = { ...id, id: 2, name: "text", dataType: STRING };
const idColumn = { kind: "Column", ...id };
const asText = { kind: "Cast", expression: idColumn, try: false, dataType: STRING, nullable: true };
const range = { kind: "Range", start: 0n, end: BigInt(rows), step: 1n, output: [id] };
const columns = [
  { attribute: id, expression: idColumn },
  { attribute: text, expression: asText },
];
const schema = struct([field("id", LONG), field("text", STRING)]);

const engine = await openDuckDbEngine();
for (let version = 0; version < Number(count); version += 1) {
  process.stdout.write("begin\n");
  await engine.write({
    target: { location, name: "appended", schema, partitionBy: [], clusterBy: [], properties: {} },
    mode: "append",
    plan: { kind: "Project", input: range, output: [id, text], columns },
    inputs: new Map(),
    session: { now: 0n, timeZone: "UTC", ansi: false },
    transaction: { appId, version },
    states: [],
    operation: "STREAMING UPDATE",
    operationParameters: {},
  });
  process.stdout.write("done\n");
}
await engine.close();
