import type { StatementReader } from "./statement-reader.ts";

const TABLES = "A pipeline file declares datasets: write CREATE OR REFRESH MATERIALIZED VIEW name AS SELECT ..";
const WRITES = "Rows come into a table by its query: add CREATE FLOW name AS INSERT INTO table BY NAME SELECT ..";
const ASKS = "Run it with `sluice query`, after an update.";
const UPKEEP = "Take it out of the pipeline's files.";
const CHANGES = "Change the dataset's definition, and run an update.";

const NEXT_STEPS: Readonly<Record<string, string>> = {
  ...{ INSERT: WRITES, COPY: WRITES, MERGE: WRITES, UPDATE: WRITES, DELETE: WRITES, TRUNCATE: WRITES, LOAD: WRITES },
  ...{ SELECT: ASKS, WITH: ASKS, VALUES: ASKS, FROM: ASKS, TABLE: ASKS, SHOW: ASKS, DESCRIBE: ASKS, DESC: ASKS },
  ...{ EXPLAIN: "Run `sluice explain`.", LIST: ASKS, "(": ASKS },
  ...{
    ALTER: CHANGES,
    DROP: "Remove the dataset's definition; its table stays until you delete it.",
    COMMENT: CHANGES,
  },
  ...{
    OPTIMIZE: UPKEEP,
    VACUUM: UPKEEP,
    ANALYZE: UPKEEP,
    MSCK: UPKEEP,
    CACHE: UPKEEP,
    UNCACHE: UPKEEP,
    REFRESH: UPKEEP,
  },
  ...{ GRANT: UPKEEP, REVOKE: UPKEEP, DENY: UPKEEP, CLEAR: UPKEEP, RESET: UPKEEP, RESTORE: UPKEEP, FSCK: UPKEEP },
  ...{ DECLARE: "Write SET key = value, and use it as a parameter.", CALL: UPKEEP, EXECUTE: UPKEEP, BEGIN: UPKEEP },
  CONVERT: UPKEEP,
};

/** Refuses a statement that a pipeline's file cannot hold, by its name. @throws QueryError for what is no statement. */
export function refuseStatement(reader: StatementReader): void {
  const { key } = reader.parser.peek();
  const plan = NEXT_STEPS[key];
  if (plan === undefined) throw reader.parser.fail("expected CREATE, SET, USE or APPLY CHANGES");
  reader.refuse(`${key === "(" ? "A query" : key} in a pipeline's file`, plan);
}

const CREATED: Readonly<Record<string, string>> = {
  TABLE: TABLES,
  EXTERNAL: TABLES,
  MANAGED: TABLES,
  FUNCTION: "Write the expression in the query; functions of your own are not there yet.",
  SCHEMA: "Schemas are made with their tables: name the dataset schema.table.",
  DATABASE: "Schemas are made with their tables: name the dataset schema.table.",
  CATALOG: "Name the catalog under `catalog:` in sluice.yml, or in the dataset's name.",
  VOLUME: "Say where the files are under `mounts:` in sluice.yml.",
  SINK: "Sinks are not there yet: until then write into a streaming table, which is a Delta table that others can read.",
};

/** Refuses `CREATE` of what is no dataset or flow. @throws QueryError for what cannot be created at all. */
export function refuseCreate(reader: StatementReader, start: number): void {
  const { key } = reader.parser.peek();
  const plan = CREATED[key];
  if (plan === undefined) throw reader.parser.fail("expected STREAMING TABLE, MATERIALIZED VIEW, VIEW or FLOW");
  reader.refuse(`CREATE ${key} in a pipeline's file`, plan, reader.place(start));
}
