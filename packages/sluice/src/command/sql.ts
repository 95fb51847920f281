import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Pipeline } from "../session/pipeline.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { runScript } from "./run-script.ts";

/** The statements of a file, of a pipe, or of a person at a terminal. */
export async function sql(pipeline: Pipeline, file: string | undefined, output: Output): Promise<number> {
  const session = pipeline.session();
  if (file === undefined && process.stdin.isTTY && process.stdout.isTTY && !output.machine) {
    const { runShell } = await import("./shell.ts");
    return runShell(session, pipeline.settings.name, output);
  }
  const script = file === undefined ? await text(process.stdin) : await fileText(file);
  await runScript({ text: script, file }, session, output);
  return EXIT.done;
}

async function fileText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.wrong, `The file "${file}" cannot be read: ${reason}.`);
  }
}
