import type { QueryListener } from "@sluice/pipelines";
import type { StreamingQuery, StreamingQueryException, StreamingQueryProgress } from "@sluice/query";

/** What listeners hear when a query begins. `timestamp` is in ISO 8601. */
export interface QueryStartedEvent {
  readonly id: string;
  readonly runId: string;
  readonly name: string | null;
  readonly timestamp: string;
}

/** What listeners hear when a query has found nothing to do. */
export interface QueryIdleEvent {
  readonly id: string;
  readonly runId: string;
  readonly timestamp: string;
}

/** What listeners hear when a query has ended; `exception` is the text of its failure. */
export interface QueryTerminatedEvent {
  readonly id: string;
  readonly runId: string;
  readonly exception: string | null;
  readonly errorClassOnException: string | null;
}

/** Hears of all streaming queries of a session. What it throws is told as a warning of the process and disturbs no query. */
export interface StreamingQueryListener {
  onQueryStarted?(event: QueryStartedEvent): void;
  onQueryProgress?(event: { readonly progress: StreamingQueryProgress }): void;
  onQueryIdle?(event: QueryIdleEvent): void;
  onQueryTerminated?(event: QueryTerminatedEvent): void;
}

/** The streaming queries of a session, as PySpark's `spark.streams`. */
export class StreamingQueryManager {
  readonly #active = new Map<string, StreamingQuery>();
  readonly #listeners = new Set<StreamingQueryListener>();
  #ended: StreamingQuery[] = [];
  #waiting: (() => void)[] = [];

  /** The queries at work, in the order in which they began. */
  get active(): readonly StreamingQuery[] {
    return [...this.#active.values()];
  }

  /** An active query by its id; null when there is none. */
  get(id: string): StreamingQuery | null {
    return this.#active.get(id) ?? null;
  }

  /**
   * Ends when any query of the session has ended since its beginning or the last `resetTerminated`. With a timeout, in seconds: whether one has by then.
   *
   * @throws StreamingQueryException when one of these has failed
   */
  async awaitAnyTermination(timeout?: number): Promise<boolean> {
    if (this.#ended.length === 0) await this.#endOfOne(timeout);
    const failure = this.#ended.map((query) => query.exception()).find((one) => one !== null);
    if (failure !== undefined) throw failure;
    return this.#ended.length > 0;
  }

  /** Forgets the queries that have ended. */
  resetTerminated(): void {
    this.#ended = [];
  }

  addListener(listener: StreamingQueryListener): void {
    this.#listeners.add(listener);
  }
  removeListener(listener: StreamingQueryListener): void {
    this.#listeners.delete(listener);
  }

  /** What tells this manager of queries that begin. */
  listener(): QueryListener {
    return {
      started: (query) => this.#started(query),
      progress: (progress) => this.#tell((one) => one.onQueryProgress?.({ progress })),
      idle: ({ id, runId }) => this.#tell((one) => one.onQueryIdle?.({ id, runId, timestamp: now() })),
      terminated: (query) => this.#terminated(query),
    };
  }

  /** Stops all queries. */
  async stopAll(): Promise<void> {
    await Promise.all(this.active.map((query) => query.stop()));
  }

  #started(query: StreamingQuery): void {
    const { id, runId, name } = query;
    this.#active.set(id, query);
    this.#tell((one) => one.onQueryStarted?.({ id, runId, name, timestamp: now() }));
  }

  #terminated(query: StreamingQuery): void {
    const { id, runId } = query;
    if (this.#active.get(id) === query) this.#active.delete(id);
    this.#ended.push(query);
    const failure = query.exception();
    const event = { id, runId, exception: failure?.message ?? null, errorClassOnException: classOf(failure) };
    this.#tell((one) => one.onQueryTerminated?.(event));
    for (const tell of this.#waiting.splice(0)) tell();
  }

  #endOfOne(timeout: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = timeout === undefined ? undefined : setTimeout(resolve, timeout * 1000);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #tell(call: (listener: StreamingQueryListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        call(listener);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}

function now(): string {
  return new Date().toISOString();
}

function classOf(failure: StreamingQueryException | null): string | null {
  const cause = failure?.cause;
  if (failure === null) return null;
  return cause instanceof Error && "condition" in cause ? String(cause.condition) : failure.condition;
}
