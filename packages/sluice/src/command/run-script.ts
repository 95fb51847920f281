import { resolve } from "node:path";
import { QueryError } from "@sluice/query";
import { printAnswer, SHOWN_ROWS } from "../render/print-answer.ts";
import { readStatement, runStatement } from "../session/run-statement.ts";
import type { Session } from "../session/session.ts";
import { splitStatements } from "../statement/split-statements.ts";
import type { Output } from "./output.ts";

/** SQL text, and the file that it is of. */
interface Script {
  readonly text: string;
  readonly file?: string | undefined;
}

/**
 * Runs the statements of a text in order and prints the answer of each; the first that fails ends it.
 *
 * @throws what the statement threw; places in a QueryError are of the whole text
 */
export async function runScript(script: Script, session: Session, output: Output, signal?: AbortSignal): Promise<void> {
  let start = 0;
  try {
    const { statements, rest } = splitStatements(script.text);
    for (const one of rest === undefined ? statements : [...statements, rest]) {
      start = one.start;
      await runOne(one.text, session, output, signal);
    }
  } catch (error) {
    throw error instanceof QueryError ? placedIn(script, start, error) : error;
  }
}

/** Runs one statement and prints its answer; tells how many rows it has, undefined when it has nothing to say. For eyes at most a thousand rows of a query are brought here. */
export async function runOne(
  text: string,
  session: Session,
  output: Output,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const statement = readStatement(text, session.state);
  const result = await runStatement(statement, session.state, {
    ...(signal && { signal }),
    ...(!output.machine && { limit: SHOWN_ROWS + 1 }),
  });
  printAnswer(result, session.conf.timeZone, output);
  return result.schema.fields.length === 0 ? undefined : result.rows.length;
}

/** The same mistakes, their places counted in the text that the statement was cut from. */
function placedIn({ text, file }: Script, start: number, error: QueryError): QueryError {
  const statement = text.slice(start);
  const origin = file === undefined ? {} : { origin: { file: resolve(file), line: 1, column: 1 } };
  return new QueryError(
    error.problems.map((problem) => {
      const { span } = problem;
      if (span === undefined || span.origin !== undefined || !statement.startsWith(span.text)) return problem;
      return { ...problem, span: { text, start: start + span.start, end: start + span.end, ...origin } };
    }),
  );
}
