import type { SinkBatch, SinkWriter } from "@sluice/pipelines";
import type { StreamSpec } from "@sluice/query";
import { showText } from "../../render/show-text.ts";
import type { SessionState } from "../session-state.ts";

const RULE = "-".repeat(43);

/** Prints each batch as Spark does. Options: `numRows` (20), `truncate` (true). */
export class ConsoleSink implements SinkWriter {
  readonly #rows: number;
  readonly #truncate: number;
  readonly #state: SessionState;

  constructor({ options }: Pick<StreamSpec, "options">, state: SessionState) {
    this.#rows = Number(options["numrows"] ?? 20);
    this.#truncate = options["truncate"]?.toLowerCase() === "false" ? 0 : 20;
    this.#state = state;
  }

  async write({ batch, plan, inputs, session }: SinkBatch, signal?: AbortSignal): Promise<void> {
    const limit = this.#rows + 1;
    const result = await (await this.#state.engine()).query(plan, inputs, session, {
      limit,
      ...(signal && { signal }),
    });
    const shown = showText(
      result,
      { rows: this.#rows, truncate: this.#truncate, vertical: false },
      this.#state.conf.timeZone,
    );
    process.stdout.write(`${RULE}\nBatch: ${batch}\n${RULE}\n${shown}\n`);
  }
}
