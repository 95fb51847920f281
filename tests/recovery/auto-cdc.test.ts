import { cp } from "node:fs/promises";
import { join } from "node:path";
import { openPipeline } from "sluice";
import { expect, test } from "vitest";
import { makeProject, temporaryFolder, writeFiles } from "../harness/sluice.ts";
import { killAt, killEach, killPoints, run } from "./recovery-pipeline.ts";

const PROGRAM = `import { dlt, spark } from "sluice";
const SCHEMA = "id INT, name STRING, op STRING, seq BIGINT, sys BIGINT";
const stream = (folder: string) => spark.readStream.format("json").schema(SCHEMA).option("maxFilesPerTrigger", "1").load(folder);
dlt.view({ name: "east" }, () => stream("east"));
dlt.view({ name: "west" }, () => stream("west"));
const options = { keys: ["id"], sequenceBy: "seq", applyAsDeletes: "op = 'D'", exceptColumnList: ["op", "seq", "sys"] };
dlt.createStreamingTable({ name: "latest", tableProperties: { "delta.enableChangeDataFeed": "true" }, expectOrQuarantine: { named: "name <> 'bad'" } });
for (const source of ["east", "west"]) dlt.applyChanges({ name: "latest_" + source, target: "latest", source, ...options });
dlt.createStreamingTable({ name: "versions" });
dlt.applyChanges({ target: "versions", source: "east", storedAsScdType: 2, ...options });
dlt.createStreamingTable({ name: "known" });
for (const source of ["east", "west"]) {
  dlt.applyChanges({ name: "known_" + source, target: "known", source, storedAsScdType: "bitemporal", systemSequenceBy: "sys", ...options });
}
`;

const TABLES = ["latest", "versions", "known", "latest_quarantine"];

/** Changes of ten keys, out of order, some of them deletes; `from` numbers the first file. */
function files(folder: string, from: number, count: number): Readonly<Record<string, string>> {
  const entries = Array.from({ length: count }, (_, file) => {
    const rows = Array.from({ length: 12 }, (__, i) => {
      const number = (from + file) * 12 + i;
      const seq = (number * 7919) % 101;
      const name = number % 11 === 0 ? "bad" : `n${number % 4}`;
      return { id: number % 10, name, op: number % 5 === 0 ? "D" : "U", seq, sys: (number * 31) % 47 };
    });
    return [`${folder}/${from + file}.json`, rows.map((row) => JSON.stringify(row)).join("\n")];
  });
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

function newProject(): Promise<string> {
  return makeProject({
    "sluice.yml": "name: changes\nschema: s\n",
    "transformations/p.ts": PROGRAM,
    ...files("east", 0, 3),
    ...files("west", 20, 3),
  });
}

async function finish(project: string): Promise<void> {
  await writeFiles(project, { ...files("east", 3, 1), ...files("west", 23, 1) });
  await run(project);
}

async function contentOf(project: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const pipeline = await openPipeline(project);
  try {
    const contents: [string, readonly string[]][] = [];
    for (const name of TABLES) {
      const { rows } = await pipeline.query(
        `SELECT ${name.endsWith("quarantine") ? "id, name, op, seq" : "*"} FROM ${name}`,
      );
      contents.push([name, rows.map((row) => String(row)).toSorted()]);
    }
    return Object.fromEntries(contents);
  } finally {
    await pipeline.close();
  }
}

test("flows of changes killed before and after every write: run on, equal to the run that was not [F65] [F118] [F119] [F130]", async () => {
  const fresh = await newProject();
  const copyOf = async (): Promise<string> => {
    const copy = join(await temporaryFolder(), "copy");
    await cp(fresh, copy, { recursive: true, preserveTimestamps: true });
    return copy;
  };
  const straight = await copyOf();
  await run(straight);
  await finish(straight);
  const expected = await contentOf(straight);
  for (const rows of Object.values(expected)) expect(rows.length).toBeGreaterThan(3);
  const points = await killPoints(copyOf, { most: 12 });
  await killEach(points, async (crash) => {
    const project = await copyOf();
    const isKilled = await killAt(project, crash);
    await run(project, crash);
    await finish(project);
    expect(await contentOf(project), crash).toEqual(expected);
    return isKilled;
  });
}, 900_000);
