import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice } from "../harness/sluice.ts";

const FILES = 40;

const SQL = `
CREATE STREAMING TABLE bronze AS SELECT id, n FROM STREAM read_files('raw', format => 'json', schema => 'id BIGINT, n BIGINT', maxFilesPerTrigger => 1);
CREATE STREAMING TABLE distinct_ids AS SELECT DISTINCT id FROM STREAM bronze;
CREATE STREAMING TABLE kept TBLPROPERTIES ('pipelines.autoOptimize.managed' = 'false') AS SELECT id FROM STREAM bronze;
`;

function newProject(): Promise<string> {
  const raw = Array.from({ length: FILES }, (_, i) => [
    `raw/${String(i).padStart(2, "0")}.json`,
    [0, 1, 2].map((n) => `${JSON.stringify({ id: i * 2 + n, n })}\n`).join(""),
  ]);
  const settings = "name: small\nschema: s\n";
  return makeProject({ "sluice.yml": settings, "transformations/p.sql": SQL, ...Object.fromEntries(raw) });
}

function table(project: string, name: string): RawTable {
  return new RawTable(join(project, ".sluice/tables/s", name));
}

const COUNTS = "SELECT count(*)::INT AS rows, count(DISTINCT id)::INT AS ids FROM t";

async function check(project: string): Promise<void> {
  expect(await table(project, "bronze").rows(COUNTS)).toEqual([{ rows: FILES * 3, ids: FILES * 2 + 1 }]);
  expect(await table(project, "kept").rows(COUNTS)).toEqual([{ rows: FILES * 3, ids: FILES * 2 + 1 }]);
  expect(await table(project, "distinct_ids").rows(COUNTS)).toEqual([{ rows: FILES * 2 + 1, ids: FILES * 2 + 1 }]);
  expect(table(project, "bronze").files().length).toBeLessThan(30);
}

test("small files are brought together on the way, and no reader of the stream sees a row twice", async () => {
  const project = await newProject();
  for (let run = 0; run < 2; run++) expect((await sluice(["run", "--project", project])).code).toBe(0);
  await check(project);
  const commits = table(project, "bronze").commits();
  const optimized = commits.filter((actions) => actions.some((one) => one.commitInfo?.["operation"] === "OPTIMIZE"));
  expect(optimized).toHaveLength(1);
  expect(optimized[0]).not.toContainEqual(
    expect.objectContaining({ add: expect.objectContaining({ dataChange: true }) }),
  );
  expect(
    table(project, "kept")
      .commits()
      .flat()
      .filter((one) => one.commitInfo?.["operation"] === "OPTIMIZE"),
  ).toEqual([]);
});

test("a process killed around it loses and doubles nothing [F65]", async () => {
  const counted = await newProject();
  const { stderr } = await sluice(["run", "--project", counted], { crash: "count" });
  const steps = Number(/(\d+)\s*$/.exec(stderr)?.[1] ?? 0);
  expect(steps).toBeGreaterThan(100);
  const project = await newProject();
  for (const part of [0.6, 0.7, 0.15]) {
    await sluice(["run", "--project", project], { crash: `after:${Math.round(steps * part)}` });
  }
  expect((await sluice(["run", "--project", project])).code).toBe(0);
  await check(project);
});
