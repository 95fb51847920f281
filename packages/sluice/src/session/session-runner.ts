import type { BatchFrame } from "@sluice/pipelines";
import {
  type FrameRunner,
  outputSchema,
  type Relation,
  type Row,
  reader,
  type ShowOptions,
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
import { readsStream } from "./stream/reads-stream.ts";
import { startStream } from "./stream/start-stream.ts";
import { streamColumns } from "./stream/stream-world.ts";
import { writeFrame } from "./write-frame.ts";

/** Runs the DataFrames of a session. */
export class SessionRunner implements FrameRunner {
  readonly #state: SessionState;

  constructor(state: SessionState) {
    this.#state = state;
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

  createView(name: string, relation: Relation, replace: boolean): Promise<void> {
    return nameRelation(name, relation, replace, this.#state);
  }

  isStreaming(relation: Relation): boolean {
    return readsStream(relation, this.#state);
  }

  startStream(relation: Relation, spec: StreamSpec): Promise<StreamingQuery> {
    const batchFrame: BatchFrame = ({ location, version }) =>
      reader(false, this).format("delta").option("versionAsOf", String(version)).load(location);
    return startStream(relation, spec, { state: this.#state, batchFrame, print: (text) => this.print(text) });
  }
}
