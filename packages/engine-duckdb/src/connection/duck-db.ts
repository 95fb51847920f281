import { rmSync } from "node:fs";
import type { DuckDBConnection, DuckDBInstance, DuckDBMaterializedResult } from "@duckdb/node-api";
import { makeProcessFolder } from "@sluice/pipelines";
import { Counters } from "./counters.ts";
import { isFatal, toEngineError } from "./failure.ts";
import { INSTANCE_SETTINGS, Prelude, sessionSettings } from "./prelude.ts";
import { scalarFunction } from "./prelude-install.ts";
import { SAMPLE_DEFINITION, SAMPLE_FUNCTION } from "./sample-function.ts";
import { type DuckDbOptions, duckDbConfig, functionWorld, memoryBytes } from "./settings.ts";
import { statementSlots } from "./statement-slots.ts";

/** One conversation with DuckDB: temporary tables made in it end with it. */
export class Connection {
  readonly #duck: DuckDBConnection;
  /** The session's, an IANA name. */
  readonly timeZone: string;
  /** Counters that statements move and that outlive the conversation. */
  readonly counters: Counters;
  /** Stands for the engine: what is remembered for it goes when it goes. */
  readonly engine: object;
  readonly #prelude: Prelude;
  readonly #signal: AbortSignal | undefined;
  readonly #drops: string[] = [];
  #keepsOrder = false;
  readonly #atEnd: (() => void)[] = [];

  constructor({ duck, counters, timeZone }: Line, prelude: Prelude, signal?: AbortSignal) {
    this.#duck = duck;
    this.counters = counters;
    this.timeZone = timeZone;
    this.#prelude = prelude;
    this.engine = prelude;
    this.#signal = signal;
  }

  /** Keeps the rows of a SELECT until the end of the conversation. `name` is new in it, and needs no quotes. `blobs` are its parameters, `$1` and on. */
  async createTemporaryTable(name: string, select: string, blobs: readonly Uint8Array[] = []): Promise<void> {
    const sql = `CREATE TEMP TABLE ${name} AS ${select}`;
    if (blobs.length === 0) await this.run(sql);
    else await this.#runWith(sql, blobs);
    this.#drops.push(`DROP TABLE ${name}`);
  }

  /** Gives a SELECT over temporary tables a name until the end of the conversation. */
  async createTemporaryView(name: string, select: string): Promise<void> {
    await this.run(`CREATE TEMP VIEW ${name} AS ${select}`);
    this.#drops.push(`DROP VIEW ${name}`);
  }

  /** From now on statements give rows that come one by one from others in the order of these. */
  async keepOrder(): Promise<void> {
    this.#keepsOrder = true;
    await this.run("SET SESSION preserve_insertion_order = true");
  }

  /** Has `work` done when the conversation is over, whether it went well or not. */
  atEnd(work: () => void): void {
    this.#atEnd.push(work);
  }

  /** Says that no statement follows. */
  over(): void {
    for (const work of this.#atEnd.splice(0)) work();
  }

  /** Clears the conversation away, so that another can begin on the same line. */
  async end(): Promise<void> {
    const order = this.#keepsOrder ? ["SET SESSION preserve_insertion_order = false"] : [];
    const statements = [...order, ...this.#drops];
    if (statements.length > 0) await this.#duck.run(statements.join("; "));
  }

  /** Runs statements for their effect. @throws the abort reason, or DuckDB's error */
  async run(sql: string): Promise<void> {
    await this.#prepare(sql);
    await this.#inTurn(() => this.#duck.run(sql));
  }

  /** Runs a query; all of its rows are at hand then. @throws the abort reason, or DuckDB's error */
  async read(sql: string): Promise<DuckDBMaterializedResult> {
    await this.#prepare(sql);
    return atHand(await this.#inTurn(() => this.#duck.run(sql)));
  }

  /** The rows of a query in JSON's types: 64-bit numbers are text. */
  async rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return await (await this.read(sql)).getRowObjectsJson();
  }

  async #runWith(sql: string, blobs: readonly Uint8Array[]): Promise<void> {
    await this.#prepare(sql);
    const statement = await this.#duck.prepare(sql).catch((error) => this.#fail(error));
    try {
      for (const [i, blob] of blobs.entries()) statement.bindBlob(i + 1, blob);
      await this.#inTurn(() => statement.run());
    } finally {
      statement.destroySync();
    }
  }

  async #prepare(sql: string): Promise<void> {
    this.#signal?.throwIfAborted();
    await this.#prelude.install(this.#duck, sql);
  }

  async #inTurn<Result>(statement: () => Promise<Result>): Promise<Result> {
    return await statementSlots.use(async () => {
      this.#signal?.throwIfAborted();
      return await statement().catch((error) => this.#fail(error));
    });
  }

  #fail(error: unknown): never {
    this.#signal?.throwIfAborted();
    throw error;
  }
}

/** Has rows taken from a finished result on this thread. The library asks another thread for each 2,048 of them, which costs more than taking them. */
function atHand(result: DuckDBMaterializedResult): DuckDBMaterializedResult {
  let next = 0;
  result.fetchChunk = async () => (next < result.chunkCount ? result.getChunk(next++) : null);
  return result;
}

/** A connection of DuckDB that serves one conversation after another; all have the same time zone. */
interface Line {
  readonly duck: DuckDBConnection;
  readonly counters: Counters;
  readonly timeZone: string;
}

interface Opened {
  readonly instance: DuckDBInstance;
  readonly prelude: Prelude;
  /** Lines that nobody speaks on. */
  readonly idle: Line[];
  /** What is still cleared away of conversations that are over. */
  readonly ending: Set<Promise<void>>;
}

const MOST_IDLE = 8;

/**
 * The DuckDB instance of one engine: opened at `begin` or first use, with a work folder of its own. An instance that DuckDB has declared broken is replaced; the work
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

  /** What DuckDB may hold in memory, in bytes. */
  get memoryBytes(): number {
    return memoryBytes(this.#options);
  }

  /** A folder for staged files; removed on close. */
  get folder(): string {
    this.#folder ??= makeProcessFolder("duckdb", this.#options.tempDirectory);
    return this.#folder;
  }

  /** Opens DuckDB beside what the caller does next. */
  begin(): void {
    this.#open().catch(() => undefined);
  }

  /**
   * Gives `work` a connection whose session zone is `timeZone`, for as long as it takes. An abort interrupts the running statement. What failed is not used again.
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
    const opened = await opening.catch((error) => this.#failed(opening, error));
    const line = await takeLine(opened, timeZone).catch((error) => this.#failed(opening, error));
    const interrupt = () => line.duck.interrupt();
    signal?.addEventListener("abort", interrupt);
    const connection = new Connection(line, opened.prelude, signal);
    try {
      const result = await work(connection);
      giveBack(opened, line, connection.end());
      return result;
    } catch (error) {
      line.duck.disconnectSync();
      if (signal?.aborted && error === signal.reason) throw error;
      return this.#failed(opening, error);
    } finally {
      connection.over();
      signal?.removeEventListener("abort", interrupt);
    }
  }

  /** Gives back memory and the work folder. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.then(hangUp).catch(() => undefined);
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
    return { instance, prelude: new Prelude(functionWorld(this.#options)), idle: [], ending: new Set() };
  }

  #failed(opening: Promise<Opened>, error: unknown): never {
    if (isFatal(error) && this.#opened === opening) this.#opened = undefined;
    if (isDomainError(error)) throw error;
    throw toEngineError(error);
  }
}

async function takeLine({ instance, idle }: Opened, timeZone: string): Promise<Line> {
  const at = idle.findIndex((line) => line.timeZone === timeZone);
  const [found] = at < 0 ? [] : idle.splice(at, 1);
  if (found !== undefined) return found;
  const duck = await instance.connect();
  try {
    await duck.run(sessionSettings({ timeZone }).join("; "));
  } catch (error) {
    duck.disconnectSync();
    throw error;
  }
  return { duck, counters: new Counters(), timeZone };
}

/** Nobody waits for a conversation to be cleared away; its line is free when it is. */
function giveBack({ idle, ending }: Opened, line: Line, end: Promise<void>): void {
  const ended: Promise<void> = end
    .then(
      () => {
        idle.push(line);
        if (idle.length > MOST_IDLE) idle.shift()?.duck.disconnectSync();
      },
      () => line.duck.disconnectSync(),
    )
    .finally(() => ending.delete(ended));
  ending.add(ended);
}

async function hangUp({ instance, idle, ending }: Opened): Promise<void> {
  await Promise.all(ending);
  for (const line of idle.splice(0)) line.duck.disconnectSync();
  instance.closeSync();
}

/** DuckDB throws plain `Error`s; errors with a name of their own are told as they are. */
function isDomainError(error: unknown): boolean {
  return error instanceof Error && error.name !== "Error";
}
