import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { DeltaTable } from "../src/index.ts";

const run = promisify(execFile);
const WRITERS = 4;
const COMMITS = 25;

const folder = await mkdtemp(join(tmpdir(), "delta-race-"));
afterAll(() => rm(folder, { recursive: true }));

/** Prints this package and the one it needs as JavaScript, so that plain Node processes can run them. */
async function compile(): Promise<string> {
  const packages = resolve(import.meta.dirname, "../..");
  const outDir = join(folder, "node_modules", "@sluice");
  const config = {
    extends: join(packages, "../tsconfig.base.json"),
    compilerOptions: {
      composite: false,
      noCheck: true,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      isolatedDeclarations: false,
      rootDir: packages,
      outDir,
      types: [],
    },
    files: [join(packages, "delta/test/race-writer.ts"), join(packages, "query/src/index.ts")],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  await run(join(packages, "../node_modules/.bin/tsc"), ["-p", folder]);
  for (const name of ["query", "delta"]) {
    await writeFile(join(outDir, name, "package.json"), JSON.stringify({ type: "module", exports: "./src/index.js" }));
  }
  return join(outDir, "delta/test/race-writer.js");
}

test("processes that create and append to one table at once lose nothing", { timeout: 120_000 }, async () => {
  const script = await compile();
  const location = join(folder, "table");
  const writers = Array.from({ length: WRITERS }, (_, index) => `writer-${index}`);
  await Promise.all(writers.map((writer) => run(process.execPath, [script, location, writer, String(COMMITS)])));
  const snapshot = await DeltaTable.open(location).snapshot();
  const expected = writers.flatMap((writer) =>
    Array.from({ length: COMMITS }, (_, index) => `${writer}-${index}.parquet`),
  );
  expect(snapshot.files.map((file) => file.path).sort()).toEqual(expected.sort());
  expect(writers.map((writer) => snapshot.transactionVersion(writer))).toEqual(writers.map(() => COMMITS - 1));
  expect(snapshot.version).toBe(WRITERS * COMMITS - 1);
});
