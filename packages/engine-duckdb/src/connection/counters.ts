/** Where a counter of a connection stood when its user began. */
export interface Counter {
  /** SQL that moves the counter: a BIGINT above `base`. */
  readonly next: string;
  readonly base: number;
}

/**
 * Counters of one DuckDB connection that its statements move, for one user at a time: temporary sequences, made once and never set back, so that a later user
 * counts from where the former left off.
 */
export class Counters {
  readonly #bases: number[] = [];
  #taken = 0;
  #made = 0;

  /** Begins with a new user, whose first counter is the first one. */
  begin(): void {
    this.#taken = 0;
  }

  /** The next counter of the present user. `create` must run before a statement moves it. */
  take(): Counter {
    const index = this.#taken++;
    return { next: `nextval('${nameOf(index)}')`, base: this.#bases[index] ?? 0 };
  }

  /** The statement that makes the counters taken so far that are not there yet. */
  create(): string | undefined {
    const missing = range(this.#made, this.#taken);
    this.#made = Math.max(this.#made, this.#taken);
    if (missing.length === 0) return undefined;
    return missing.map((index) => `CREATE TEMP SEQUENCE ${nameOf(index)}`).join("; ");
  }

  /** A SELECT that reads all counters taken; its row goes to `read`. */
  get select(): string | undefined {
    return this.#taken === 0 ? undefined : `SELECT ${range(0, this.#taken).map((i) => `nextval('${nameOf(i)}')`)}`;
  }

  /** How far each counter was moved since its user began, in the order taken. Ends the counting. */
  read(row: readonly unknown[]): readonly number[] {
    return row.map((value, index) => {
      const base = this.#bases[index] ?? 0;
      this.#bases[index] = Number(value);
      return Number(value) - base - 1;
    });
  }
}

function nameOf(index: number): string {
  return `counter_${index}`;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
