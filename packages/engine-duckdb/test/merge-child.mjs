// A process of its own, on the compiled packages: merges `count` times into a table of `id` and `n`, each time adding 1 to `n` of every row, and again from
// the newest version when others were faster. Tells on stdout as each merge is begun and done.
//
// usage: merge-child.mjs LOCATION APP_ID COUNT
import { openDuckDbEngine } from "@sluice/engine-duckdb";
import { field, LONG, STRING, struct } from "@sluice/query";

const [location, appId, count] = process.argv.slice(2);
const attribute = (id, name, dataType = LONG) => ({ id, name, dataType, nullable: true, metadata: {} });
const column = (one) => ({ kind: "Column", ...one });
const leaf = { kind: "NamedTable", name: ["t"], streaming: false, options: {} };
const [id, n, id2, file, row, next] = [
  attribute(1, "id"),
  attribute(2, "n"),
  attribute(3, "id"),
  attribute(4, "_file", STRING),
  attribute(5, "_row"),
  attribute(6, "n"),
];
const rows = { kind: "Scan", scan: 0, leaf, streaming: false, output: [id, n] };
const one = { kind: "Literal", value: 1n, dataType: LONG, nullable: false };
const sum = { kind: "Call", name: "+", args: [column(n), one], dataType: LONG, nullable: true };
const columns = [
  { attribute: id, expression: column(id) },
  { attribute: next, expression: sum },
];
const schema = struct([field("id", LONG), field("n", LONG)]);

const engine = await openDuckDbEngine();
for (let done = 0; done < Number(count); ) {
  process.stdout.write("begin\n");
  const { version } = await engine.tables.describe(location);
  const slice = { kind: "TableVersion", location, version };
  try {
    await engine.write({
      target: { location, name: "merged", schema, partitionBy: [], clusterBy: [], properties: {} },
      mode: "merge",
      plan: { kind: "Project", input: rows, output: [id, next], columns },
      inputs: new Map([
        [0, slice],
        [1, slice],
      ]),
      session: { now: 0n, timeZone: "UTC", ansi: false },
      transaction: { appId, version: done },
      states: [],
      operation: "MERGE",
      operationParameters: {},
      merge: { version, identity: ["id"], removed: { ...rows, scan: 1, output: [id2, file, row] } },
    });
    done += 1;
    process.stdout.write("done\n");
  } catch (error) {
    if (error.facts?.condition !== "DELTA_CONCURRENT_WRITE") throw error;
  }
}
await engine.close();
