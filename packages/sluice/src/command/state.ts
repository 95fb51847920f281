import type { StreamState } from "@sluice/pipelines";
import { formatBytes, formatCount, formatTime } from "../render/format.ts";
import type { Pipeline } from "../session/pipeline.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** Shows what the operators of the pipeline's streams remember, and how far their watermarks are. */
export async function state(pipeline: Pipeline, output: Output): Promise<number> {
  const states = await pipeline.states();
  for (const one of states) output.json(one);
  if (states.length === 0) {
    output.text(
      "No stream of this pipeline remembers anything yet. Windows, duplicates and joins of streams and flows of changes do, once they ran.\n",
    );
    return EXIT.done;
  }
  output.grid(
    [
      { title: "flow" },
      { title: "operator" },
      { title: "rows", align: "right" },
      { title: "size", align: "right" },
      { title: "files", align: "right" },
      { title: "watermark (UTC)" },
      { title: "first to go (UTC)" },
    ],
    states.map((one) => [
      one.flow,
      one.operator,
      formatCount(one.rows),
      formatBytes(one.bytes),
      String(one.files),
      one.watermark === undefined ? "none" : formatTime(one.watermark),
      one.oldest === undefined ? "never" : formatTime(one.oldest),
    ]),
  );
  output.text(`\n${hint(states)}\n`);
  return EXIT.done;
}

function hint(states: readonly StreamState[]): string {
  return `Each is a Delta table: sluice query "SELECT * FROM delta.\`${states[0]?.location ?? ""}\`"`;
}
