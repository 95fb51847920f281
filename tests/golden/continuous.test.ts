import { once } from "node:events";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { type Finished, jsonLines, makeProject, sluice, start, writeFiles } from "../harness/sluice.ts";

const SETTINGS = "schema: s\ncontinuous: true\nconfiguration:\n  pipelines.trigger.interval: 1 second\n";
const PROGRAM = `import { count, dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").option("cloudFiles.inferColumnTypes", "true").load("raw"));
dlt.table({ name: "silver" }, () => dlt.readStream("bronze").dropDuplicates(["id"]));
dlt.table({ name: "gold" }, () => dlt.read("silver").groupBy("kind").agg(count("id").alias("n")));`;

type Event = Readonly<Record<string, unknown>> & {
  readonly event_type: string;
  readonly origin: { readonly flow_name?: string };
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** A running continuous update: its events so far, and the next that satisfies a condition. */
class Running {
  readonly events: Event[] = [];
  readonly #child: ReturnType<typeof start>;
  readonly #listeners = new Set<() => void>();
  #stderr = "";

  constructor(folder: string, args: readonly string[] = []) {
    this.#child = start(["run", "--json", "--project", folder, ...args]);
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    createInterface(this.#child.stdout).on("line", (line) => {
      this.events.push(JSON.parse(line) as Event);
      for (const listener of this.#listeners) listener();
    });
  }

  /** Waits until `count` events so far satisfy `is`. */
  async until(is: (event: Event) => boolean, count = 1): Promise<void> {
    const { promise, done } = deferred();
    const check = (): void => {
      if (this.events.filter(is).length >= count) done();
    };
    this.#listeners.add(check);
    check();
    const ended = once(this.#child, "close").then(() => Promise.reject(new Error(`it ended: ${this.#stderr}`)));
    await Promise.race([promise, ended]);
    ended.catch(() => {});
    this.#listeners.delete(check);
  }

  async kill(signal: NodeJS.Signals): Promise<Pick<Finished, "code" | "stderr">> {
    const closed = once(this.#child, "close") as Promise<[number | null]>;
    this.#child.kill(signal);
    const [code] = await closed;
    return { code, stderr: this.#stderr };
  }
}

function deferred(): { readonly promise: Promise<void>; readonly done: () => void } {
  let done = (): void => {};
  const promise = new Promise<void>((resolve) => {
    done = resolve;
  });
  return { promise, done };
}

const isBatch = (flow: string) => (event: Event) =>
  event.event_type === "stream_progress" && event.origin.flow_name === flow;
const isState = (state: string) => (event: Event) =>
  event.event_type === "update_progress" && event.details["update_progress"]?.["state"] === state;
const isRefresh = (event: Event): boolean =>
  event.event_type === "flow_progress" &&
  event.origin.flow_name === "s.gold" &&
  event.details["flow_progress"]?.["metrics"] !== undefined;

const rows = (...ids: readonly number[]): string => ids.map((id) => `{"id":${id},"kind":"k"}\n`).join("");

async function project(files: Readonly<Record<string, string>> = {}): Promise<string> {
  return makeProject({ "sluice.yml": SETTINGS, "transformations/p.ts": PROGRAM, "raw/1.json": rows(1), ...files });
}

async function ids(folder: string, table: string): Promise<readonly unknown[]> {
  const found = await new RawTable(join(folder, ".sluice/tables/s", table)).rows(
    "SELECT id::INTEGER id FROM t ORDER BY id",
  );
  return found.map((row) => row["id"]);
}

async function total(folder: string): Promise<unknown> {
  return (await new RawTable(join(folder, ".sluice/tables/s/gold")).rows("SELECT sum(n)::INTEGER n FROM t"))[0]?.["n"];
}

test("a file that comes goes through to the view within the interval; watch tells the same; Ctrl-C ends at a commit [F89] [F90] [F94] [F95]", async () => {
  const folder = await project();
  const running = new Running(folder);
  await running.until(isRefresh);
  await writeFiles(folder, { "raw/2.json": rows(1, 2) });
  await running.until(isRefresh, 2);
  const watching = sluice(["watch", "--json", "--project", folder]);
  expect([await ids(folder, "bronze"), await ids(folder, "silver"), await total(folder)]).toEqual([
    [1, 1, 2],
    [1, 2],
    2,
  ]);
  const busy = await sluice(["run", "--project", folder]);
  expect(busy.code, busy.stderr).toBe(3);
  const { code, stderr } = await running.kill("SIGINT");
  expect(code).toBe(130);
  const seen = jsonLines(await watching);
  expect(seen.map((event) => event["id"])).toEqual(running.events.map((event) => event["id"]));
  expect(stderr).toContain("Stopping at the next commit");
  expect(
    running.events
      .filter((event) => event.event_type === "update_progress")
      .slice(-2)
      .map((event) => event.details["update_progress"]?.["state"]),
  ).toEqual(["STOPPING", "CANCELED"]);
  const finished = await sluice(["run", "--no-continuous", "--project", folder]);
  expect(finished, finished.stderr).toMatchObject({ code: 0 });
  expect(await total(folder)).toBe(2);
});

test("killed as by kill -9 at any moment and started again, it loses and doubles nothing [F65] [F89]", async () => {
  const folder = await project();
  for (let round = 0; round < 3; round++) {
    const running = new Running(folder);
    await running.until(isState("RUNNING"));
    await writeFiles(folder, { [`raw/k${round}.json`]: rows(10 + round, 10 + round) });
    if (round % 2 === 0) await running.until(isBatch("s.bronze"));
    await new Promise((resolve) => setTimeout(resolve, round * 40));
    await running.kill("SIGKILL");
  }
  const running = new Running(folder);
  await running.until(
    (event) => event.event_type === "flow_progress" && event.details["flow_progress"]?.["status"] === "IDLE",
    3,
  );
  expect(await ids(folder, "silver")).toEqual([1, 10, 11, 12]);
  expect(await ids(folder, "bronze")).toEqual([1, 10, 10, 11, 11, 12, 12]);
  expect(await running.kill("SIGTERM")).toMatchObject({ code: 130 });
  expect(await total(folder)).toBe(4);
});

test("new columns are taken in by another update with cause SCHEMA_CHANGE [F89]", async () => {
  const folder = await project();
  const running = new Running(folder);
  await running.until(isRefresh);
  await writeFiles(folder, { "hold/2.json": '{"id":2,"kind":"k","extra":"x"}\n' });
  await rename(join(folder, "hold/2.json"), join(folder, "raw/2.json"));
  await running.until((event) => event.event_type === "create_update", 2);
  await running.until(isBatch("s.silver"), 2);
  expect(await running.kill("SIGTERM")).toMatchObject({ code: 130 });
  expect(
    running.events
      .filter((event) => event.event_type === "create_update")
      .map((event) => event.details["create_update"]?.["cause"]),
  ).toEqual(["USER_ACTION", "SCHEMA_CHANGE"]);
  expect(await new RawTable(join(folder, ".sluice/tables/s/silver")).rows("SELECT extra FROM t ORDER BY id")).toEqual([
    { extra: null },
    { extra: "x" },
  ]);
});

test("a flow that fails stops no other [F93]", async () => {
  const failing = `${PROGRAM}
dlt.table({ name: "strict", expectOrFail: { small: "id < 2" } }, () => dlt.readStream("bronze"));`;
  const folder = await project({ "transformations/p.ts": failing, "raw/1.json": rows(1, 5) });
  const running = new Running(folder);
  await running.until(
    (event) => event.event_type === "flow_progress" && event.details["flow_progress"]?.["status"] === "FAILED",
  );
  await writeFiles(folder, { "raw/2.json": rows(6) });
  await running.until(isBatch("s.silver"), 2);
  const { code, stderr } = await running.kill("SIGTERM");
  expect(code).toBe(130);
  expect(stderr).toContain("strict");
  expect(await ids(folder, "silver")).toEqual([1, 5, 6]);
});

test("an interval that cannot be read is a mistake with a place, in SQL too [F90]", async () => {
  const sql =
    "SET pipelines.trigger.interval = '5 minuets';\nCREATE STREAMING TABLE t AS SELECT * FROM STREAM read_files('raw', format => 'json');\n";
  const folder = await makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/p.sql": sql,
    "raw/1.json": rows(1),
  });
  const finished = await sluice(["validate", "--json", "--project", folder]);
  expect(finished.code).toBe(2);
  expect(JSON.stringify(jsonLines(finished))).toContain("5 minuets");
});
