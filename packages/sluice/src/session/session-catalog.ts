import { isPrivateTable } from "@sluice/pipelines";
import type { SparkCatalog } from "@sluice/query";
import { listPublishedTables, listSchemaNames } from "./list-tables.ts";
import { locateTable } from "./locate-table.ts";
import type { SessionState } from "./session-state.ts";
import { existingSchema } from "./set-config.ts";

/** A table or view of a session. */
export interface CatalogTable {
  readonly name: string;
  /** The schema; absent for temporary views. */
  readonly namespace?: string;
  readonly isTemporary: boolean;
}

/** What a session can name, as PySpark's `spark.catalog`. */
export class SessionCatalog implements SparkCatalog {
  readonly #state: SessionState;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** The schema of names without one. */
  currentDatabase(): string {
    return this.#state.schema;
  }

  /** Changes it. @throws QueryError when there is no such schema */
  async setCurrentDatabase(name: string): Promise<void> {
    const span = { text: name, start: 0, end: name.length };
    this.#state.schema = await existingSchema({ parts: [name], span }, this.#state);
  }

  /** The names of the schemas, in order. */
  async listDatabases(): Promise<readonly string[]> {
    return [...new Set(["default", this.#state.schema, ...(await listSchemaNames(this.#state))])].sort();
  }

  /** The tables of a schema (the current one unless given) and the session's views. */
  async listTables(schema: string = this.#state.schema): Promise<readonly CatalogTable[]> {
    const tables = await listPublishedTables(this.#state, schema);
    return [
      ...tables.map(({ table }) => ({ name: table, namespace: schema, isTemporary: false })),
      ...[...this.#state.views.values()].map(({ name }) => ({ name, isTemporary: true })),
    ];
  }

  /** Whether a name leads to a table or view. */
  async tableExists(name: string): Promise<boolean> {
    if (this.#state.views.has(name.toLowerCase())) return true;
    const { location } = await locateTable(name.split("."), this.#state);
    const found = await (await this.#state.engine()).tables.describe(location);
    return found !== undefined && (this.#state.pipeline !== undefined || !isPrivateTable(found.properties));
  }

  /** Forgets a temporary view; answers whether there was one. */
  dropTempView(name: string): boolean {
    return this.#state.views.delete(name.toLowerCase());
  }
}
