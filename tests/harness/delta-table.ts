import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

interface Action {
  readonly add?: {
    readonly path: string;
    readonly stats?: string;
    readonly partitionValues: Readonly<Record<string, string | null>>;
  };
  readonly remove?: { readonly path: string };
  readonly txn?: { readonly appId: string; readonly version: number };
  readonly protocol?: Readonly<Record<string, unknown>>;
  readonly commitInfo?: Readonly<Record<string, unknown>>;
}

/** A Delta table read by twenty lines that share no code with the product: the JSON commits in order, files by DuckDB. */
export class RawTable {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get exists(): boolean {
    return existsSync(join(this.folder, "_delta_log"));
  }

  /** The actions of each commit, by version. */
  commits(): readonly (readonly Action[])[] {
    if (!this.exists) return [];
    const log = join(this.folder, "_delta_log");
    const names = readdirSync(log)
      .filter((name) => /^\d{20}\.json$/.test(name))
      .sort();
    return names.map((name) =>
      readFileSync(join(log, name), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Action),
    );
  }

  /** Commits that added or removed files. */
  dataCommits(): number {
    return this.commits().filter((actions) => actions.some((action) => action.add ?? action.remove)).length;
  }

  files(): readonly string[] {
    const live = new Set<string>();
    for (const action of this.commits().flat()) {
      if (action.remove) live.delete(action.remove.path);
      if (action.add) live.add(action.add.path);
    }
    return [...live].map((path) => join(this.folder, decodeURIComponent(path)));
  }

  /** Rows of a DuckDB query over the table, which it calls `t`, as JSON values. */
  async rows(sql = "FROM t"): Promise<readonly Record<string, unknown>[]> {
    const files = this.files();
    if (files.length === 0) return [];
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(", ");
      await connection.run(`CREATE VIEW t AS SELECT * FROM read_parquet([${list}], union_by_name = true)`);
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowObjectsJson() as Record<string, unknown>[];
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  async count(): Promise<number> {
    const [row] = await this.rows("SELECT count(*)::INTEGER AS n FROM t");
    return Number(row?.["n"] ?? 0);
  }
}
