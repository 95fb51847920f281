import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Session } from "@sluice/pipelines";
import { analyze, type Plan, parseQuery, type ResolvedLeaf, type StructType, simpleString } from "@sluice/query";
import { checkPlan } from "../src/compile/check.ts";
import { nameColumns } from "../src/compile/column-names.ts";
import type { CompileContext } from "../src/compile/context.ts";
import { fromDuckType } from "../src/compile/duck-type.ts";
import { quoteName } from "../src/compile/identifier.ts";
import { compilePlan } from "../src/compile/plan.ts";
import { INSTANCE_SETTINGS, Prelude, sessionSettings } from "../src/connection/prelude.ts";
import { functionWorld } from "../src/connection/settings.ts";

/** 2024-03-05 14:07:09.123 UTC. */
export const SESSION: Session = { now: 1_709_647_629_123_000n, timeZone: "UTC", ansi: false };

/** Spark SQL over tables of one DuckDB instance, through the parser, the analyzer and this package's compiler. */
export class SparkSql {
  readonly connection: DuckDBConnection;
  readonly session: Session;
  readonly #prelude = new Prelude(functionWorld({}));
  readonly #tables: ReadonlyMap<string, StructType>;

  constructor(connection: DuckDBConnection, tables: ReadonlyMap<string, StructType>, session: Session) {
    this.connection = connection;
    this.#tables = tables;
    this.session = session;
  }

  plan(sql: string): Plan {
    const { ansi, timeZone } = this.session;
    return analyze(parseQuery(sql, undefined, { timeZone }), {
      ansi,
      timeZone,
      resolveLeaf: (leaf): ResolvedLeaf => {
        const name = leaf.kind === "NamedTable" ? leaf.name.join(".") : "";
        const schema = this.#tables.get(name);
        if (schema === undefined) throw new Error(`the test has no table ${name}`);
        return { kind: "Table", schema, hidden: { kind: "struct", fields: [] } };
      },
    });
  }

  compile(plan: Plan, more: Partial<CompileContext> = {}): string {
    const name = nameColumns(plan);
    return compilePlan(plan, {
      session: this.session,
      scanSql: (scan) => {
        const table = scan.leaf.kind === "NamedTable" ? scan.leaf.name.join(".") : "";
        const columns = scan.output.map((one) =>
          `${quoteName(one.name)} AS ${name(one)}`.replace(/^(".*") AS \1$/, "$1"),
        );
        return `SELECT ${columns.join(", ")} FROM ${quoteName(table)}`;
      },
      ...more,
    });
  }

  /** The rows in JSON's types, and the Spark types of the columns as DuckDB gave them. */
  async run(
    sql: string,
  ): Promise<{ readonly rows: readonly (readonly unknown[])[]; readonly types: readonly string[] }> {
    await this.#prelude.install(this.connection, sql);
    const result = await this.connection.runAndReadAll(sql);
    return { rows: result.getRowsJson(), types: result.columnTypes().map((type) => simpleString(fromDuckType(type))) };
  }

  async query(sql: string): Promise<readonly (readonly unknown[])[]> {
    const plan = this.plan(sql);
    const problems = checkPlan(plan);
    if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join("\n"));
    return (await this.run(this.compile(plan))).rows;
  }
}

/** A Spark SQL session on a new DuckDB instance, whose tables are made by DuckDB statements. */
export async function openSparkSql(
  tables: Readonly<Record<string, { readonly schema: StructType; readonly create: string }>> = {},
  session: Session = SESSION,
): Promise<SparkSql> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", preserve_insertion_order: "false" });
  const connection = await instance.connect();
  for (const setting of [...INSTANCE_SETTINGS, ...sessionSettings(session)]) await connection.run(setting);
  for (const { create } of Object.values(tables)) await connection.run(create);
  const schemas = new Map(Object.entries(tables).map(([name, { schema }]) => [name, schema]));
  return new SparkSql(connection, schemas, session);
}
