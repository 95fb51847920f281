import type { FileStore } from "../engine/file-store.ts";

/** What one replay of a table depends on, on disk before any work. */
export interface ReplayRecord {
  /** Counts from 1; the version of the replay's transaction in both tables. */
  readonly number: number;
  /** The quarantine table: its identity, and the version whose rows are looked at. */
  readonly quarantineId: string;
  readonly quarantineVersion: number;
  /** The condition on rows, as given. */
  readonly where?: string;
  /** The clock of the replay: microseconds since the epoch, as text. */
  readonly now: string;
}

/** The replays of one table, as files `replays/<table>/<n>.json` of the pipeline's storage; a replay's own rows are in the folder `<n>` beside. */
export class ReplayLedger {
  readonly #store: FileStore;
  readonly #folder: string;

  /** `dataset` is the canonical name of the table. */
  constructor(store: FileStore, dataset: string) {
    this.#store = store;
    this.#folder = `replays/${encodeURIComponent(dataset)}`;
  }

  /** Where rows that stay behind are written while a replay is at work: a folder or URL. */
  rowsLocation(number: number): string {
    return `${this.#store.root}/${this.#folder}/${number}/remaining`;
  }

  /** The records that are there, oldest first: those of replays that have not ended. */
  async open(): Promise<readonly ReplayRecord[]> {
    const prefix = `${this.#folder}/`;
    const files = (await this.#store.list(this.#folder)).map((file) => file.path.slice(prefix.length));
    const records = files.filter((path) => /^\d+\.json$/.test(path)).map((path) => this.#read(`${prefix}${path}`));
    const found = (await Promise.all(records)).filter((record) => record !== undefined);
    return found.sort((a, b) => a.number - b.number);
  }

  /** Stores what a replay depends on. @throws Error when that number is taken: the lease was not held */
  async plan(record: ReplayRecord): Promise<void> {
    const content = new TextEncoder().encode(JSON.stringify(record));
    const outcome = await this.#store.putIfAbsent(this.#path(record.number), content);
    if (outcome === "exists") throw new Error(`Replay ${record.number} was planned by another process`);
  }

  /** Forgets a replay that has ended, or never took effect, with its rows. Idempotent. */
  async settle(number: number): Promise<void> {
    for (const file of await this.#store.list(`${this.#folder}/${number}`)) {
      if (file.path.startsWith(`${this.#folder}/${number}/`)) await this.#store.delete(file.path);
    }
    await this.#store.delete(this.#path(number));
  }

  #path(number: number): string {
    return `${this.#folder}/${number}.json`;
  }

  async #read(path: string): Promise<ReplayRecord | undefined> {
    const content = await this.#store.read(path);
    return content && (JSON.parse(new TextDecoder().decode(content)) as ReplayRecord);
  }
}
