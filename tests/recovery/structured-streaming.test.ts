import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { type Finished, runProgram, temporaryFolder } from "../harness/sluice.ts";
import { drawRounds } from "../judges/streaming-events.ts";
import { inPairs } from "./recovery-pipeline.ts";

const DRIVER = join(import.meta.dirname, "stream-driver.mjs");
const POINTS = Number(process.env["SLUICE_TEST_CRASH_POINTS"] ?? 5);
const [FIRST, SECOND] = drawRounds(7);

async function deliver(folder: string, round: typeof FIRST, from: number): Promise<void> {
  for (const [i, events] of (round?.left ?? []).entries()) {
    const path = join(folder, "left", `${from + i}.json`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }
}

function run(folder: string, crash?: string): Promise<Finished> {
  return runProgram(DRIVER, [folder], crash === undefined ? {} : { crash });
}

async function begun(): Promise<string> {
  const folder = await temporaryFolder();
  await deliver(folder, FIRST, 0);
  return folder;
}

/** The second half of the files, to the end; then all that there is. A batch that a function got twice counts once: it was the same both times. */
async function contentOf(folder: string, why = ""): Promise<unknown> {
  await deliver(folder, SECOND, 10);
  const finished = await run(folder);
  expect(finished.code, `${why}\n${finished.stderr}`).toBe(0);
  const windows = new RawTable(join(folder, "tables/default/windows"));
  const files = (await readdir(join(folder, "files"))).filter((name) => name.endsWith(".json"));
  const lines = await Promise.all(files.map((name) => readFile(join(folder, "files", name), "utf8")));
  return {
    windows: (await windows.rows("SELECT to_json(t)::VARCHAR AS row FROM t")).map(({ row }) => String(row)).sort(),
    files: lines.join("").split("\n").sort(),
    totals: [...new Set((await readFile(join(folder, "totals.log"), "utf8")).trimEnd().split("\n"))].sort(),
  };
}

test("streaming queries killed before and after every write: started again they go on, equal to those that were not [F226] [F65]", async () => {
  const straight = await begun();
  const counted = await run(straight, "count");
  expect(counted.code, counted.stderr).toBe(0);
  const operations = Number(/atomic operations: (\d+)/.exec(counted.stderr)?.[1]);
  expect(operations).toBeGreaterThan(20);
  const expected = await contentOf(straight);
  const all = Array.from({ length: operations }, (_, i) => [`before:${i + 1}`, `after:${i + 1}`]).flat();
  const step = Math.ceil(all.length / POINTS);
  const first = Math.floor(Math.random() * step);
  let kills = 0;
  await inPairs(
    all.filter((_, i) => i % step === first),
    async (crash) => {
      const folder = await begun();
      const killed = await run(folder, crash);
      kills += killed.signal === "SIGKILL" ? 1 : 0;
      expect((await run(folder)).code, crash).toBe(0);
      expect(await contentOf(folder, crash), crash).toEqual(expected);
    },
  );
  expect(kills).toBeGreaterThan(POINTS / 2);
}, 240_000);
