import {
  type FrameRunner,
  outputSchema,
  type Relation,
  type Row,
  type ShowOptions,
  type StructType,
  type WriteSpec,
} from "@sluice/query";
import { showText } from "../render/show-text.ts";
import { evaluateQuery, runQuery } from "./evaluate-query.ts";
import { explainQuery } from "./explain-query.ts";
import { toRows } from "./local-row.ts";
import type { SessionState } from "./session-state.ts";
import { nameRelation } from "./session-views.ts";
import { writeFrame } from "./write-frame.ts";

/** Runs the DataFrames of a session. */
export class SessionRunner implements FrameRunner {
  readonly #state: SessionState;

  constructor(state: SessionState) {
    this.#state = state;
  }

  async schema(relation: Relation): Promise<StructType> {
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
}
