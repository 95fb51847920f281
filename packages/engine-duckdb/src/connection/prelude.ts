import type { DuckDBConnection } from "@duckdb/node-api";
import type { Session } from "@sluice/pipelines";
import { declaredFunction, type FunctionWorld } from "./declared-function.ts";
import { SCALAR_FUNCTIONS } from "./prelude-functions.ts";
import { scalarFunction } from "./prelude-install.ts";
import { MACROS } from "./prelude-macros.ts";

/** Settings of a DuckDB instance under which compiled statements mean what Spark means; global, to be run once. */
export const INSTANCE_SETTINGS: readonly string[] = [
  "SET GLOBAL default_null_order = 'nulls_first_on_asc_last_on_desc'",
  "SET GLOBAL ieee_floating_point_ops = true",
  "SET GLOBAL integer_division = false",
  // Data files are read once or kept as tables in memory; their bytes would stay until the whole of memoryLimit is full.
  "SET GLOBAL enable_external_file_cache = false",
];

/** Settings of a connection for one session, to be run before its statements. */
export function sessionSettings({ timeZone }: Pick<Session, "timeZone">): readonly string[] {
  return [`SET TimeZone = '${timeZone.replaceAll("'", "''")}'`];
}

/** The names of the macros and JavaScript functions that a statement needs, those that others need before them. */
export function requiredPrelude(sql: string): readonly string[] {
  const found = new Set<string>();
  collect(sql, found);
  return [...found];
}

function collect(sql: string, found: Set<string>): void {
  for (const [name] of sql.matchAll(/\b(?:sp|js)_[a-z0-9_]+/g)) {
    if (found.has(name) || !isKnown(name)) continue;
    const macro = MACROS[name];
    if (macro !== undefined) collect(macro.replace(name, ""), found);
    found.add(name);
  }
}

function isKnown(name: string): boolean {
  return MACROS[name] !== undefined || SCALAR_FUNCTIONS[name] !== undefined || declaredFunction(name) !== undefined;
}

/** What has been installed in one DuckDB instance. Macros and functions are visible to all its connections. */
export class Prelude {
  private readonly installed = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();
  private readonly world: FunctionWorld;

  constructor(world: FunctionWorld) {
    this.world = world;
  }

  /** Installs what a statement needs and was not installed before; nothing for most statements. Safe to call at the same time from several connections. */
  async install(connection: DuckDBConnection, sql: string): Promise<void> {
    const missing = requiredPrelude(sql).filter((name) => !this.installed.has(name));
    if (missing.length === 0) return this.last.then(() => undefined);
    for (const name of missing) this.installed.add(name);
    const before = this.last;
    const work = before.then(() => create(connection, missing, this.world));
    this.last = work.catch(() => undefined);
    await work;
  }
}

async function create(connection: DuckDBConnection, names: readonly string[], world: FunctionWorld): Promise<void> {
  const duck = await import("@duckdb/node-api");
  for (const name of names) {
    const definition = SCALAR_FUNCTIONS[name];
    if (definition !== undefined) connection.registerScalarFunction(scalarFunction(name, definition, duck));
    const made = await declaredFunction(name)?.(name, duck, world);
    if (made !== undefined) connection.registerScalarFunction(made);
  }
  const macros = names.flatMap((name) =>
    MACROS[name] === undefined ? [] : [`CREATE OR REPLACE MACRO ${MACROS[name]};`],
  );
  if (macros.length > 0) await connection.run(macros.join("\n"));
}
