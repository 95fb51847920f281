import { rmSync } from "node:fs";
import type { DuckDBConnection, DuckDBInstance, DuckDBResultReader } from "@duckdb/node-api";
import { isFatal, toEngineError } from "./failure.ts";
import { INSTANCE_SETTINGS, Prelude } from "./prelude.ts";
import { scalarFunction } from "./prelude-install.ts";
import { SAMPLE_DEFINITION, SAMPLE_FUNCTION } from "./sample-function.ts";
import { type DuckDbOptions, duckDbConfig, makeWorkFolder } from "./settings.ts";

/** One conversation with DuckDB: temporary tables, sequences and settings made in it end with it. */
export class Connection {
  /** DuckDB's own connection, for what has no method here. */
  readonly duck: DuckDBConnection;
  /** Stands for the engine: what is remembered for it goes when it goes. */
  readonly engine: object;
  readonly #prelude: Prelude;
  readonly #signal: AbortSignal | undefined;

  constructor(duck: DuckDBConnection, prelude: Prelude, signal?: AbortSignal) {
    this.duck = duck;
    this.#prelude = prelude;
    this.engine = prelude;
    this.#signal = signal;
  }

  /** Runs statements for their effect. @throws the abort reason, or DuckDB's error */
  async run(sql: string): Promise<void> {
    await this.#prepare(sql);
    await this.duck.run(sql).catch((error) => this.#fail(error));
  }

  /** Runs a query and reads all of its rows. @throws the abort reason, or DuckDB's error */
  async read(sql: string): Promise<DuckDBResultReader> {
    await this.#prepare(sql);
    return await this.duck.runAndReadAll(sql).catch((error) => this.#fail(error));
  }

  /** The rows of a query in JSON's types: 64-bit numbers are text. */
  async rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.read(sql)).getRowObjectsJson();
  }

  async #prepare(sql: string): Promise<void> {
    this.#signal?.throwIfAborted();
    await this.#prelude.install(this.duck, sql);
  }

  #fail(error: unknown): never {
    this.#signal?.throwIfAborted();
    throw error;
  }
}

interface Opened {
  readonly instance: DuckDBInstance;
  readonly prelude: Prelude;
}

/**
 * The DuckDB instance of one engine: opened at first use, with a work folder of its own. An instance that DuckDB has declared broken is replaced; the work
 * that broke it fails, later work goes on.
 */
export class DuckDb {
  readonly #options: DuckDbOptions;
  #opened: Promise<Opened> | undefined;
  #folder: string | undefined;
  #closed = false;

  constructor(options: DuckDbOptions) {
    this.#options = options;
    duckDbConfig(options, "");
  }

  /** A folder for staged files; removed on close. */
  get folder(): string {
    this.#folder ??= makeWorkFolder(this.#options);
    return this.#folder;
  }

  /**
   * Gives `work` a new connection whose session zone is `timeZone`, and closes it afterwards. An abort interrupts the running statement.
   *
   * @throws EngineError, or the abort reason
   */
  async use<Result>(
    timeZone: string,
    signal: AbortSignal | undefined,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    const opening = this.#open();
    const { instance, prelude } = await opening.catch((error) => this.#failed(opening, error));
    const duck = await instance.connect().catch((error) => this.#failed(opening, error));
    const interrupt = () => duck.interrupt();
    signal?.addEventListener("abort", interrupt);
    try {
      await duck.run(`SET TimeZone = '${timeZone.replaceAll("'", "''")}'`);
      return await work(new Connection(duck, prelude, signal));
    } catch (error) {
      if (signal?.aborted && error === signal.reason) throw error;
      return this.#failed(opening, error);
    } finally {
      signal?.removeEventListener("abort", interrupt);
      duck.disconnectSync();
    }
  }

  /** Gives back memory and the work folder. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.then(({ instance }) => instance.closeSync()).catch(() => undefined);
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #open(): Promise<Opened> {
    if (this.#closed) throw new Error("the engine is closed");
    this.#opened ??= this.#create();
    return this.#opened;
  }

  async #create(): Promise<Opened> {
    const duck = await import("@duckdb/node-api");
    const instance = await duck.DuckDBInstance.create(":memory:", duckDbConfig(this.#options, this.folder));
    const connection = await instance.connect();
    await connection.run(INSTANCE_SETTINGS.join(";\n"));
    connection.registerScalarFunction(scalarFunction(SAMPLE_FUNCTION, SAMPLE_DEFINITION, duck));
    connection.disconnectSync();
    return { instance, prelude: new Prelude() };
  }

  #failed(opening: Promise<Opened>, error: unknown): never {
    if (isFatal(error) && this.#opened === opening) this.#opened = undefined;
    if (isDomainError(error)) throw error;
    throw toEngineError(error);
  }
}

/** DuckDB throws plain `Error`s; errors with a name of their own are told as they are. */
function isDomainError(error: unknown): boolean {
  return error instanceof Error && error.name !== "Error";
}
