import type { Pipeline } from "../session/pipeline.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { runScript } from "./run-script.ts";

/** Runs the statements of a text, one after the other, and prints the answer of each. */
export async function query(pipeline: Pipeline, sql: string, output: Output): Promise<number> {
  await runScript({ text: sql }, pipeline.session(), output);
  return EXIT.done;
}
