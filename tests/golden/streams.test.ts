import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { openPipeline } from "sluice";
import { describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { jsonLines, makeProject, sluice, writeFiles } from "../harness/sluice.ts";

interface Visit {
  readonly page: string;
  readonly minute: number;
}

const START = Date.UTC(2026, 0, 1);

function lines(visits: readonly Visit[]): string {
  return visits
    .map(({ page, minute }) => `${JSON.stringify({ page, at: new Date(START + minute * 60_000).toISOString() })}\n`)
    .join("");
}

const SQL = `
CREATE STREAMING TABLE visits AS SELECT page, CAST(at AS TIMESTAMP) AS at FROM STREAM read_files('raw', format => 'json', schema => 'page STRING, at STRING');
CREATE STREAMING TABLE by_page AS
  SELECT window.start AS start, page, count(*) AS n FROM STREAM visits WATERMARK at DELAY OF INTERVAL 10 MINUTES
  GROUP BY window(at, '5 minutes'), page;
CREATE STREAMING TABLE totals AS SELECT page, count(*) AS n FROM STREAM visits GROUP BY page;
CREATE MATERIALIZED VIEW best AS SELECT page FROM totals ORDER BY n DESC LIMIT 1;
`;

const SETTINGS = "name: visits\nschema: s\nparameters: {}\n";

async function newProject(visits: readonly Visit[], sql: string = SQL): Promise<string> {
  return await makeProject({ "sluice.yml": SETTINGS, "transformations/p.sql": sql, "raw/1.json": lines(visits) });
}

function table(project: string, name: string): RawTable {
  return new RawTable(join(project, ".sluice/tables/s", name));
}

async function run(project: string, ...args: readonly string[]): Promise<void> {
  const finished = await sluice(["run", "--project", project, ...args]);
  expect(finished.code, finished.stderr).toBe(0);
}

const BY_PAGE = "SELECT strftime(start, '%H:%M') AS start, page, n FROM t ORDER BY ALL";

const STREAM_EVENTS = `
  SELECT details:stream_progress.progress.eventTime.watermark, details:stream_progress.progress.stateOperators[0].operatorName AS operator,
    (SELECT max(details:flow_definition.flow_type) FROM event_log WHERE origin.flow_name = 's.totals' AND event_type = 'flow_definition') AS type
  FROM event_log WHERE event_type = 'stream_progress' AND origin.flow_name = 's.by_page' ORDER BY timestamp`;

const VISITS: readonly Visit[] = [
  { page: "a", minute: 1 },
  { page: "a", minute: 4 },
  { page: "b", minute: 6 },
  { page: "a", minute: 21 },
];

describe("windows of a stream", () => {
  test("come out once, when the watermark has passed their end; late rows are left out; a full refresh begins anew [F72] [F73] [F82]", async () => {
    const project = await newProject(VISITS);
    await run(project);
    const closed = [
      { start: "00:00", page: "a", n: "2" },
      { start: "00:05", page: "b", n: "1" },
    ];
    expect(await table(project, "by_page").rows(BY_PAGE)).toEqual(closed);
    const late = { page: "b", minute: 7 };
    const early = { page: "a", minute: 12 };
    await writeFiles(project, { "raw/2.json": lines([late, early, { page: "c", minute: 40 }]) });
    await run(project);
    const more = [
      { start: "00:10", page: "a", n: "1" },
      { start: "00:20", page: "a", n: "1" },
    ];
    expect(await table(project, "by_page").rows(BY_PAGE)).toEqual([...closed, ...more]);
    expect(await table(project, "totals").rows("SELECT page, n FROM t ORDER BY page")).toEqual([
      { page: "a", n: "4" },
      { page: "b", n: "2" },
      { page: "c", n: "1" },
    ]);
    const events = await sluice(["query", "--json", "--project", project, STREAM_EVENTS]);
    expect(jsonLines(events).at(-1)).toEqual({
      watermark: "2026-01-01T00:30:00.000Z",
      operator: "aggregate-0",
      type: "COMPLETE",
    });
    await run(project, "--full-refresh", "by_page");
    expect(await table(project, "by_page").rows("SELECT sum(n)::INT AS n FROM t")).toEqual([{ n: 6 }]);
  }, 120_000);

  test("are forgotten by their state when they are closed", async () => {
    const project = await newProject(VISITS);
    await run(project);
    await writeFiles(project, { "raw/2.json": lines([{ page: "z", minute: 500 }]) });
    await run(project);
    const shown = await sluice(["state", "--project", project, "--json"]);
    const [windows, totals] = jsonLines(shown);
    expect([windows, totals]).toMatchObject([
      {
        target: "s.by_page",
        operator: "aggregate-0",
        rows: 1,
        files: 1,
        watermark: START + 490 * 60_000,
        oldest: START + 505 * 60_000,
      },
      { target: "s.totals", operator: "aggregate-0", rows: 3 },
    ]);
    expect(totals).not.toHaveProperty("oldest");
    const state = new RawTable(String(windows?.["location"]));
    expect(await state.rows("SELECT page FROM t")).toEqual([{ page: "z" }]);
    expect(readdirSync(state.folder).filter((name) => name.endsWith(".parquet"))).toHaveLength(state.files().length);
  }, 120_000);

  test("of another query than the state was kept for stop the flow before it writes, and a full refresh begins anew", async () => {
    const project = await newProject(VISITS);
    await run(project);
    const changed = SQL.replace(
      "count(*) AS n FROM STREAM visits WATERMARK",
      "count(*) AS n, max(at) AS last FROM STREAM visits WATERMARK",
    );
    await writeFiles(project, { "transformations/p.sql": changed, "raw/2.json": lines([{ page: "z", minute: 90 }]) });
    const before = table(project, "by_page").commits().length;
    const failed = await sluice(["run", "--project", project]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/kept for another query[\s\S]*full refresh/);
    expect(table(project, "by_page").commits()).toHaveLength(before);
    await run(project, "--full-refresh", "by_page");
    expect(await table(project, "by_page").rows("SELECT count(last)::INT AS n FROM t")).toEqual([{ n: 3 }]);
  }, 120_000);
});

const visit = fc.record({ page: fc.constantFrom("a", "b", "c"), minute: fc.integer({ min: 0, max: 240 }) });

test("a stream is neither sorted nor read in a sub-query, as in Spark; groups that are written anew may be sorted", async () => {
  const folder = await newProject(
    VISITS,
    `${SQL}
CREATE STREAMING TABLE sorted AS SELECT * FROM STREAM visits ORDER BY at;
CREATE STREAMING TABLE seen AS SELECT * FROM STREAM visits WHERE page IN (SELECT page FROM STREAM totals);
CREATE STREAMING TABLE latest AS SELECT page, (SELECT max(at) FROM STREAM visits) AS at FROM visits;
CREATE STREAMING TABLE known AS SELECT * FROM STREAM visits WHERE page IN (SELECT page FROM totals);
CREATE STREAMING TABLE pages AS SELECT page, count(*) AS n FROM STREAM visits GROUP BY page ORDER BY n;`,
  );
  const { code, stderr } = await sluice(["validate", "--project", folder]);
  expect(code).toBe(2);
  expect([...stderr.matchAll(/^error \[(.*?)\] In "(.*?)"/gm)].map(([, ...found]) => found)).toEqual([
    ["_LEGACY_ERROR_TEMP_3102", "s.sorted"],
    ["INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY", "s.seen"],
    ["INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY", "s.latest"],
  ]);
});

test("however rows that are not late are split into batches, the windows are those of a plain query [F73]", async () => {
  const batches = fc.array(fc.array(visit, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(batches, async (drawn) => {
      const sorted = drawn.flat().sort((left, right) => left.minute - right.minute);
      const project = await newProject([]);
      let from = 0;
      for (const [i, batch] of drawn.entries()) {
        await writeFiles(project, { [`raw/${i + 2}.json`]: lines(sorted.slice(from, from + batch.length)) });
        from += batch.length;
        const pipeline = await openPipeline(project);
        expect(await pipeline.run().result).toMatchObject({ kind: "Finished" });
        await pipeline.close();
      }
      const watermark = (sorted.at(-1)?.minute ?? 0) - 10;
      const groups = new Map<string, number>();
      for (const { page, minute } of sorted) {
        const start = Math.floor(minute / 5) * 5;
        const key = `${String(start).padStart(3, "0")} ${page}`;
        if (start + 5 <= watermark) groups.set(key, (groups.get(key) ?? 0) + 1);
      }
      const rows = await table(project, "by_page").rows(
        "SELECT ((epoch(start) - 1767225600) / 60)::INT AS minute, page, n FROM t",
      );
      const found = rows.map(
        ({ minute, page, n }) => [`${String(minute).padStart(3, "0")} ${page}`, Number(n)] as const,
      );
      expect(found.sort()).toEqual([...groups].sort());
    }),
    { numRuns: 6 },
  );
}, 180_000);

test("states of many batches are brought together and answer as before", async () => {
  const names = ["a", "b", "c", "d"];
  const batches = Array.from({ length: 40 }, (_, i) => [
    { page: names[i % 3] ?? "", minute: i },
    { page: names[(i * 7) % 4] ?? "", minute: i },
    { page: `p${i}`, minute: i },
  ]);
  const source =
    "STREAM read_files('raw', format => 'json', schema => 'page STRING, at TIMESTAMP', maxFilesPerTrigger => 1)";
  const project = await makeProject({
    "sluice.yml": SETTINGS,
    "transformations/p.sql": `
      CREATE STREAMING TABLE firsts AS SELECT DISTINCT page FROM ${source};
      CREATE STREAMING TABLE hours AS SELECT window.start AS start, count(*) AS n, collect_set(page) AS pages
        FROM (SELECT * FROM ${source}) WATERMARK at DELAY OF INTERVAL 5 MINUTES GROUP BY window(at, '20 minutes');
      CREATE STREAMING TABLE totals AS SELECT page, count(*) AS n, avg(minute(at)) AS m FROM ${source} GROUP BY page;
      CREATE STREAMING TABLE pairs AS SELECT l.page FROM ${source} AS l JOIN ${source} AS r ON l.page = r.page AND l.at = r.at;`,
    ...Object.fromEntries(batches.map((batch, i) => [`raw/${String(i).padStart(3, "0")}.json`, lines(batch)])),
  });
  await run(project);
  const counts = new Map<string, number>();
  for (const { page } of batches.flat()) counts.set(page, (counts.get(page) ?? 0) + 1);
  const firsts = await table(project, "firsts").rows("SELECT page FROM t ORDER BY page");
  expect(firsts.map((row) => row["page"])).toEqual([...counts.keys()].sort());
  const totals = await table(project, "totals").rows("SELECT page, n::INT AS n FROM t");
  expect(new Map(totals.map(({ page, n }) => [page, n]))).toEqual(counts);
  expect(await table(project, "hours").rows("SELECT n::INT AS n, len(pages) AS pages FROM t")).toEqual([
    { n: 60, pages: "24" },
  ]);
  const doubles = batches.filter(([one, other]) => one?.page === other?.page).length;
  expect(await table(project, "pairs").rows("SELECT count(*)::INT AS n FROM t")).toEqual([{ n: 120 + 2 * doubles }]);
  for (const line of jsonLines(await sluice(["state", "--project", project, "--json"]))) {
    expect(line["files"], JSON.stringify(line)).toBeLessThanOrEqual(33);
  }
}, 180_000);
