import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openPipeline } from "sluice";
import { describe, expect, test } from "vitest";
import { makeProject, root, sluice, writeFiles } from "../harness/sluice.ts";

/** The programs of a language below `## Shapes of changes` of the guide. */
function documented(language: "sql" | "ts"): readonly string[] {
  const guide = readFileSync(join(root, "docs/guide/cdc.md"), "utf8");
  const [, section = ""] = guide.split("\n## Shapes of changes\n");
  const blocks = section.split("\n## ")[0]?.matchAll(/```(\w+)\n([\s\S]*?)```/g) ?? [];
  return [...blocks].flatMap(([, of, text = ""]) => (of === language ? [text] : []));
}

const row = (id: number, status: string, amount: number): object => ({ id, status, amount });

const DEBEZIUM = [
  { before: null, after: row(1, "new", 1.5), op: "r", source: { lsn: 1 } },
  { before: null, after: row(2, "new", 2), op: "c", source: { lsn: 20 } },
  { before: row(2, "new", 2), after: row(2, "paid", 2.25), op: "u", source: { lsn: 30 } },
  { before: null, after: null, op: "t", source: { lsn: 10 } },
  { before: null, after: row(3, "new", 3), op: "c", source: { lsn: 21 } },
  { before: row(3, "new", 3), after: null, op: "d", source: { lsn: 22 } },
  { before: row(5, "new", 5), after: row(5, "late", 5), op: "u", source: { lsn: 9 } },
  { before: null, after: row(4, "new", 4), op: "r", source: { lsn: 11 } },
  {},
];

const DMS = [
  "Op,id,status,amount,committed_at,change_seq",
  "U,1,paid,1.50,2026-03-01 10:00:00,20260301100000000000000000000000002",
  "I,2,new,2.00,2026-03-01 10:00:00,20260301100000000000000000000000003",
  "D,2,new,2.00,2026-03-01 10:00:00,20260301100000000000000000000000004",
  "U,1,sent,1.50,2026-03-01 10:00:00,20260301100000000000000000000000001",
  ",1,new,1.00,2026-03-01 10:00:00,",
  ",3,new,3.00,2026-03-01 09:00:00,",
];

const FEED = [
  { ...row(1, "new", 1), _change_type: "insert", _commit_version: 1 },
  { ...row(1, "new", 1), _change_type: "update_preimage", _commit_version: 2 },
  { ...row(1, "paid", 1), _change_type: "update_postimage", _commit_version: 2 },
  { ...row(2, "moved", 2), _change_type: "insert", _commit_version: 3 },
  { ...row(2, "new", 2), _change_type: "delete", _commit_version: 3 },
  { ...row(3, "new", 3), _change_type: "insert", _commit_version: 1 },
  { ...row(3, "new", 3), _change_type: "delete", _commit_version: 4 },
];

describe.each(["sql", "ts"] as const)("the guide's shapes of changes in %s", (language) => {
  test("events of Debezium, files of DMS and a Delta change feed give the table that they are about [F133]", async () => {
    const programs = documented(language);
    expect(programs).toHaveLength(3);
    const project = await makeProject({ "sluice.yml": "name: shapes\nschema: s\n" });
    await writeFiles(project, {
      ...Object.fromEntries(programs.map((text, i) => [`transformations/${i}.${language}`, text])),
      "raw/debezium/1.json": lines(DEBEZIUM),
      "raw/dms/1.csv": `${DMS.join("\n")}\n`,
      "raw/feed/1.json": lines(FEED),
    });
    const finished = await sluice(["run", "--project", project]);
    expect(finished.code, finished.stdout + finished.stderr).toBe(0);
    const pipeline = await openPipeline(project);
    try {
      const rows = async (table: string): Promise<readonly unknown[]> =>
        (await pipeline.query(`SELECT id::INT, status, amount::DOUBLE FROM ${table} ORDER BY id`)).rows;
      expect(await rows("orders")).toEqual([
        [2, "paid", 2.25],
        [4, "new", 4],
      ]);
      expect(await rows("orders_dms")).toEqual([
        [1, "paid", 1.5],
        [3, "new", 3],
      ]);
      expect(await rows("orders_feed")).toEqual([
        [1, "paid", 1],
        [2, "moved", 2],
      ]);
    } finally {
      await pipeline.close();
    }
  });
});

function lines(rows: readonly object[]): string {
  return rows.map((one) => `${JSON.stringify(one)}\n`).join("");
}
