import type { BatchFrame } from "@sluice/pipelines";
import {
  type FrameRunner,
  outputSchema,
  type Relation,
  type Row,
  type ShowOptions,
  type SparkSession,
  type StreamingQuery,
  type StreamSpec,
  type StructType,
  type WriteSpec,
} from "@sluice/query";
import { showText } from "../render/show-text.ts";
import { evaluateQuery, runQuery } from "./evaluate-query.ts";
import { explainQuery } from "./explain-query.ts";
import { toRows } from "./local-row.ts";
import type { SessionState } from "./session-state.ts";
import { nameRelation } from "./session-views.ts";
import { readsStream, withViews } from "./stream/reads-stream.ts";
import { startStream } from "./stream/start-stream.ts";
import { streamColumns } from "./stream/stream-world.ts";
import { writeFrame } from "./write-frame.ts";

/** Runs the DataFrames of a session. */
export class SessionRunner implements FrameRunner {
  readonly session: SparkSession;
  readonly #state: SessionState;
  readonly #batchFrame: () => BatchFrame;

  /** `batchFrame` gives the batches of one query a session of their own. */
  constructor(state: SessionState, session: SparkSession, batchFrame: () => BatchFrame) {
    this.session = session;
    this.#state = state;
    this.#batchFrame = batchFrame;
  }

  async schema(relation: Relation): Promise<StructType> {
    if (this.isStreaming(relation)) return await streamColumns(relation, this.#state);
    return outputSchema((await evaluateQuery(relation, this.#state)).plan);
  }

  async collect(relation: Relation, limit?: number): Promise<readonly Row[]> {
    return toRows(await runQuery(relation, this.#state, limit === undefined ? {} : { limit }));
  }

  async show(relation: Relation, options: ShowOptions): Promise<void> {
    const result = await runQuery(relation, this.#state, { limit: options.rows + 1 });
    this.print(showText(result, options, this.#state.conf.timeZone));
  }

  print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  explain(relation: Relation): Promise<string> {
    return explainQuery(relation, this.#state);
  }

  write(relation: Relation, spec: WriteSpec): Promise<void> {
    return writeFrame(relation, spec, this.#state);
  }

  async createView(name: string, relation: Relation, replace: boolean): Promise<void> {
    const call = `${replace ? "createOrReplaceTempView" : "createTempView"}("${name}")`;
    // As in Spark the view keeps the views that it reads as they are now, one of its own name among them.
    await nameRelation(name, withViews(relation, this.#state), { replace, call }, this.#state);
  }

  isStreaming(relation: Relation): boolean {
    return readsStream(relation, this.#state);
  }

  startStream(relation: Relation, spec: StreamSpec): Promise<StreamingQuery> {
    const print = (text: string): void => this.print(text);
    return startStream(relation, spec, { state: this.#state, batchFrame: this.#batchFrame, print });
  }
}
