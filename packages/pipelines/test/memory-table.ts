import { randomUUID } from "node:crypto";
import type { StructType, Value } from "@sluice/query";

export type Row = Readonly<Record<string, Value>>;

interface Commit {
  readonly operation: string;
  readonly added: readonly Row[];
  readonly removesAll: boolean;
  readonly transaction?: { readonly appId: string; readonly version: number };
}

/** A Delta table as its log, in memory. */
export class MemoryTable {
  readonly id = randomUUID();
  schema: StructType;
  readonly commits: Commit[] = [];
  readonly #transactions = new Map<string, number>();

  constructor(schema: StructType) {
    this.schema = schema;
    this.commits.push({ operation: "CREATE TABLE", added: [], removesAll: false });
  }

  get version(): number {
    return this.commits.length - 1;
  }

  transaction(appId: string): number | undefined {
    return this.#transactions.get(appId);
  }

  commit(commit: Commit): number {
    this.commits.push(commit);
    if (commit.transaction) this.#transactions.set(commit.transaction.appId, commit.transaction.version);
    return this.version;
  }

  clear(appIds: readonly string[]): void {
    this.commit({ operation: "DELETE", added: [], removesAll: true });
    for (const appId of appIds) this.#transactions.delete(appId);
  }

  rowsAt(version: number): readonly Row[] {
    let rows: readonly Row[] = [];
    for (const commit of this.commits.slice(0, version + 1)) {
      rows = commit.removesAll ? commit.added : [...rows, ...commit.added];
    }
    return rows;
  }

  appended(after: number, through: number): readonly Row[] {
    return this.commits.slice(after + 1, through + 1).flatMap((commit) => commit.added);
  }
}
