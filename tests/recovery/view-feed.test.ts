import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeProject, sluice, temporaryFolder, writeFiles } from "../harness/sluice.ts";
import { inPairs, killPoints, run, table } from "./recovery-pipeline.ts";

const PROGRAM = `
CREATE STREAMING TABLE orders AS SELECT * FROM STREAM read_files('raw', format => 'json', schema => 'id INT, region STRING');
CREATE MATERIALIZED VIEW counted (region STRING, n BIGINT, PRIMARY KEY (region)) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')
  AS SELECT region, count(*) AS n FROM orders GROUP BY region;
CREATE MATERIALIZED VIEW regions TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.enableDeletionVectors' = 'true') AS SELECT region FROM orders;
CREATE STREAMING TABLE history AS SELECT region, n, _change_type AS type FROM STREAM counted WITH (readChangeFeed = true);
CREATE STREAMING TABLE seen AS SELECT region, _change_type AS type FROM STREAM regions WITH (readChangeFeed = true);`;

const orders = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, i) => `${JSON.stringify({ id: from + i, region: `r${(from + i) ** 2 % 7}` })}\n`,
  ).join("");

const contentOf = async (project: string): Promise<readonly unknown[]> => [
  await table(project, "counted").rows("SELECT region, n::INT AS n FROM t ORDER BY ALL"),
  await table(project, "seen").rows("SELECT region, type FROM t ORDER BY ALL"),
  await table(project, "history").rows("SELECT region, n::INT AS n, type FROM t ORDER BY ALL"),
];

test("an update killed before and after every write tells each change of a view once [F65]", async () => {
  const fresh = await makeProject({
    "sluice.yml": "name: recovery\nschema: s\n",
    "transformations/p.sql": PROGRAM,
    "raw/1.json": orders(0, 20),
  });
  await run(fresh);
  await writeFiles(fresh, { "raw/2.json": orders(20, 25) });
  const copyOf = async (): Promise<string> => {
    const copy = join(await temporaryFolder(), "copy");
    await cp(fresh, copy, { recursive: true, preserveTimestamps: true });
    return copy;
  };
  const straight = await copyOf();
  await run(straight);
  const expected = await contentOf(straight);
  let kills = 0;
  const points = await killPoints(copyOf, { most: 12 });
  await inPairs(points, async (crash) => {
    const project = await copyOf();
    const killed = await sluice(["run", "--project", project], { crash });
    kills += killed.signal === "SIGKILL" ? 1 : 0;
    await run(project, crash);
    expect(await contentOf(project), crash).toEqual(expected);
  });
  expect(kills).toBeGreaterThan(points.length * 0.7);
}, 300_000);
