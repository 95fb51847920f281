import { CommanderError } from "commander";
import { EXIT } from "./exit-code.ts";
import { buildProgram, commanderExitCode } from "./program.ts";

/** Runs a command line and gives the exit code. Never throws: a failure is said on stderr. */
export async function main(args: readonly string[], version: string): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = buildProgram(version, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return commanderExitCode(error);
    const { explainFailure } = await import("./failure.ts");
    const failure = explainFailure(error);
    process.stderr.write(`${failure.text}\n`);
    return failure.exitCode;
  }
}
