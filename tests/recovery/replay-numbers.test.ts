import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { jsonLines, makeProject, sluice, writeFiles } from "../harness/sluice.ts";

function loader(schema: string): string {
  return `import { dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").option("cloudFiles.schemaEvolutionMode", "rescue")
    .schema("${schema}").load("raw"));`;
}

test("numbers that are rescued and replayed are those that the files hold", async () => {
  const number = "12345678901234567.890";
  const rows = [
    `{"id":1,"code":${number},"price":${number},"parts":{"x":${number}}}`,
    '{"id":2,"code":1.50,"other":{"code":1.500}}',
    '{"id":3,"code":"1.50"}',
    '{"id":4,"code":"a \\"code\\":1.50","price":"2.50"}',
  ];
  const project = await makeProject({
    "sluice.yml": "name: replays\n",
    "transformations/p.ts": loader("id BIGINT"),
    "raw/1.json": rows.join("\n"),
  });
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  await writeFiles(project, {
    "transformations/p.ts": loader("id BIGINT, code STRING, price DECIMAL(38,18), parts STRUCT<x: DECIMAL(38,18)>"),
  });
  const replayed = await sluice(["replay", "bronze", "--rescued", "--json", "--project", project]);
  expect(jsonLines(replayed), replayed.stderr).toMatchObject([{ examined: 4, replayed: 4 }]);
  const bronze = new RawTable(join(project, ".sluice/tables/default/bronze"));
  const exact = "12345678901234567.890000000000000000";
  expect(
    await bronze.rows("SELECT id::INT AS id, code, price::VARCHAR AS price, parts.x::VARCHAR AS x FROM t ORDER BY 1"),
  ).toEqual([
    { id: 1, code: number, price: exact, x: exact },
    { id: 2, code: "1.5", price: null, x: null },
    { id: 3, code: "1.50", price: null, x: null },
    { id: 4, code: 'a "code":1.50', price: "2.500000000000000000", x: null },
  ]);
}, 120_000);
