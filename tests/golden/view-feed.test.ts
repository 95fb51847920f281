import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const FEED = "TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.enableDeletionVectors' = 'true')";
const program = (total: string): string => `
  CREATE STREAMING TABLE orders AS SELECT * FROM STREAM read_files('data', format => 'json', schema => 'id INT, country STRING, amount INT');
  CREATE MATERIALIZED VIEW by_country (country STRING NOT NULL, orders BIGINT, total ${total}, CONSTRAINT pk PRIMARY KEY (country)) ${FEED}
    AS SELECT country, count(*) AS orders, CAST(sum(amount) AS ${total}) AS total FROM orders WHERE amount > 0 GROUP BY country;
  CREATE MATERIALIZED VIEW amounts ${FEED} AS SELECT amount FROM orders WHERE amount > 0;
  CREATE STREAMING TABLE country_history AS SELECT country, orders, _change_type AS type, _commit_version AS version FROM STREAM by_country WITH (readChangeFeed = true);
  CREATE STREAMING TABLE amount_history AS SELECT amount, _change_type AS type FROM STREAM amounts WITH (readChangeFeed = true);`;

const orders = (...rows: readonly (readonly [number, string, number])[]): string =>
  rows.map(([id, country, amount]) => `${JSON.stringify({ id, country, amount })}\n`).join("");

test("a view's feed has the rows that differ, updates by its primary key; streams of it go on [F72] [F198]", async () => {
  const folder = await makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/a.sql": program("BIGINT"),
    "data/1.json": orders([1, "DE", 5], [2, "FR", 7], [3, "DE", 5]),
  });
  const table = (name: string) => new RawTable(join(folder, `.sluice/tables/s/${name}`));
  const changes = async (name: string, columns: string) =>
    (await table(name).rows(`SELECT concat_ws(' ', ${columns}) AS row FROM t ORDER BY ALL`)).map(({ row }) => row);
  const update = async (files: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    await writeFiles(folder, files);
    const finished = await sluice(["run", "--project", folder, ...args]);
    expect(finished.code, finished.stdout + finished.stderr).toBe(0);
  };
  await update({});
  await update({ "data/2.json": orders([4, "DE", 1], [5, "IT", 5]) });
  const first = ["DE 2 insert", "FR 1 insert"];
  const second = ["DE 2 update_preimage", "DE 3 update_postimage", "IT 1 insert"];
  expect(await changes("country_history", "country, orders, type")).toEqual([...first, ...second].sort());
  expect(await changes("amount_history", "amount, type")).toEqual([
    "1 insert",
    "5 insert",
    "5 insert",
    "5 insert",
    "7 insert",
  ]);
  const commits = table("by_country").dataCommits();
  await update({ "data/3.json": orders([6, "DE", -1]) });
  expect(table("by_country").dataCommits()).toBe(commits);
  expect(await changes("country_history", "country, orders, type")).toEqual([...first, ...second].sort());
  await update({ "transformations/a.sql": program("DECIMAL(20, 2)"), "data/4.json": orders([7, "FR", 1]) });
  const replaced = ["DE 3 delete", "FR 1 delete", "IT 1 delete", "DE 3 insert", "FR 2 insert", "IT 1 insert"];
  expect(await changes("country_history", "country, orders, type")).toEqual([...first, ...second, ...replaced].sort());
});
