import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const ROUNDS = Number(process.env["SLUICE_TEST_MONTH_ROUNDS"] ?? 150);

const KILLS = Math.ceil(ROUNDS / 25);

const MODES = ["addNewColumns", "rescue", "failOnNewColumns", "none", "addNewColumnsWithTypeWidening"];

function bronze(mode: string): string {
  return `dlt.table({ name: "${tableOf(mode)}" }, () => spark.readStream.format("cloudFiles").option("cloudFiles.format", "json")
  .option("cloudFiles.inferColumnTypes", "true").option("rescuedDataColumn", "_rescued_data").option("cloudFiles.maxFilesPerTrigger", "40")
  .option("cloudFiles.schemaEvolutionMode", "${mode}").load("raw"));`;
}

const PROGRAM = `import { dlt, spark } from "sluice";
${MODES.map(bronze).join("\n")}
dlt.table({ name: "silver", expectOrQuarantine: { has_amount: "amount IS NOT NULL" } }, () => dlt.readStream("addnewcolumns"));
dlt.table({ name: "gold" }, () => dlt.read("silver"));`;

/** Tables that hold every record once, alone or together. */
const TABLES = [...MODES.map((mode) => [tableOf(mode)]), ["silver", "silver_quarantine"]];

function tableOf(mode: string): string {
  return mode === "failOnNewColumns" ? "failing" : mode.toLowerCase();
}

interface Files {
  readonly uids: (rounds: number) => readonly string[];
}

/** Runs the month; the process is killed in so many rounds chosen by chance, up to two seconds after it has begun with one. The number of kills. */
async function live(project: string, driver: string): Promise<number> {
  const planned = new Set(Array.from({ length: KILLS }, () => Math.floor(Math.random() * ROUNDS)));
  for (let kills = 0; ; kills++) {
    const child = spawn(process.execPath, [driver, project, String(ROUNDS)], { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.stdout.on("data", (chunk: Buffer) => {
      const due = chunk
        .toString()
        .split("\n")
        .some((round) => round !== "" && planned.delete(Number(round)));
      if (due) setTimeout(() => child.kill("SIGKILL"), Math.random() * 2000);
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.on("close", (...ended) => resolve(ended));
    });
    if (signal === null) {
      expect(code, errors).toBe(0);
      return kills;
    }
  }
}

/** How often each uid stands in the rows of tables, wherever in the row. */
async function countUids(project: string, ...tables: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const rows = await new RawTable(join(project, ".sluice/tables/s", table)).rows(
      "SELECT to_json(t)::VARCHAR AS text FROM t",
    );
    for (const { text } of rows) {
      const found = new Set(String(text).match(/r\d+-\d+-\d+\./g));
      expect(found.size, String(text)).toBe(1);
      for (const uid of found) counts.set(uid, (counts.get(uid) ?? 0) + 1);
    }
  }
  return counts;
}

test(`${ROUNDS} rounds of drifting files through every evolution mode, killed at random: each record is there once [F140] [F141] [F142]`, async () => {
  const driver = join(import.meta.dirname, "month-driver.mjs");
  const { uids } = (await import(join(import.meta.dirname, "month-files.mjs"))) as Files;
  const project = await makeProject({ "sluice.yml": "name: month\nschema: s\n", "transformations/p.ts": PROGRAM });
  const kills = await live(project, driver);
  const program = await readFile(join(project, "transformations/p.ts"), "utf8");
  await writeFiles(project, { "transformations/p.ts": program.replace('"failOnNewColumns"', '"rescue"') });
  const last = await sluice(["run", "--project", project]);
  expect(last.code, last.stderr).toBe(0);
  const expected = new Map(uids(ROUNDS).map((uid) => [uid, 1]));
  expect(expected.size).toBeGreaterThan(ROUNDS * 5);
  for (const tables of TABLES) {
    expect(await countUids(project, ...tables), `${tables} after ${kills} kills`).toEqual(expected);
  }
}, 1_800_000);
