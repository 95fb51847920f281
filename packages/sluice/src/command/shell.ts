import { createInterface, type Interface } from "node:readline";
import { isQueryError } from "@sluice/pipelines";
import colors from "picocolors";
import { countOf, formatDuration } from "../render/format.ts";
import type { Session } from "../session/session.ts";
import { splitStatements } from "../statement/split-statements.ts";
import { EXIT } from "./exit-code.ts";
import { explainFailure } from "./failure.ts";
import type { Output } from "./output.ts";
import { runOne } from "./run-script.ts";
import { Completer } from "./shell-completion.ts";
import { openHistory, type ShellHistory } from "./shell-history.ts";

const HELP = `Type a statement in Spark SQL and end it with ";"; it may go over several lines. Tab completes, arrows go through what was typed before.
  show tables;                    the tables and views
  describe [extended] t;          the columns of a table
  describe history t;             its versions; select * from t version as of 3 reads one
  select * from event_log;        what happened to the pipeline
Ctrl-C stops a running statement or drops what is typed; Ctrl-D, exit or quit leaves.
`;

/** A shell at a terminal, until the person leaves. A statement that fails is told and does not end it. */
export function runShell(session: Session, name: string, output: Output): Promise<number> {
  return new Shell(session, name, output).run();
}

class Shell {
  readonly #session: Session;
  readonly #output: Output;
  readonly #prompt: string;
  readonly #history: ShellHistory;
  readonly #terminal: Interface;
  #typed: string[] = [];
  #running: AbortController | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(session: Session, name: string, output: Output) {
    this.#session = session;
    this.#output = output;
    this.#prompt = `${name}> `;
    this.#history = openHistory();
    const completer = new Completer(session);
    this.#terminal = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      history: [...this.#history.entries],
      historySize: this.#history.limit,
      removeHistoryDuplicates: true,
      completer: (line, done) => {
        completer.complete([...this.#typed, line].join("\n"), line).then(
          (found) => done(null, found),
          () => done(null, [[], line]),
        );
      },
    });
  }

  run(): Promise<number> {
    this.#output.note(colors.dim('Spark SQL on this pipeline. "help" for help, Ctrl-D to leave.\n'));
    this.#ask();
    this.#terminal.on("history", (history) => this.#history.follow(history));
    this.#terminal.on("SIGINT", () => this.#interrupt());
    this.#terminal.on("line", (line) => {
      this.#work = this.#work.then(() => this.#take(line));
    });
    return new Promise((resolve) => {
      this.#terminal.on("close", () => {
        this.#running?.abort();
        void this.#work.finally(() => {
          this.#output.text("\n");
          resolve(EXIT.done);
        });
      });
    });
  }

  async #take(line: string): Promise<void> {
    const word = line.trim().replace(/;$/, "").toLowerCase();
    if (this.#typed.length === 0 && ["exit", "quit", "\\q"].includes(word)) return this.#terminal.close();
    if (this.#typed.length === 0 && ["help", "\\?"].includes(word)) this.#output.text(HELP);
    else await this.#collect(line);
    this.#ask();
  }

  /** Runs what is complete; what is not waits for more lines. */
  async #collect(line: string): Promise<void> {
    this.#typed.push(line);
    const text = this.#typed.join("\n");
    const split = complete(text);
    if (split === "open") return;
    this.#typed = split.rest === undefined ? [] : [text.slice(split.rest.start)];
    if (split.rest === undefined) this.#history.join(text);
    for (const statement of split.statements) await this.#run(statement.text);
  }

  async #run(statement: string): Promise<void> {
    this.#running = new AbortController();
    const startedAt = performance.now();
    try {
      const rows = await runOne(statement, this.#session, this.#output, this.#running.signal);
      const what = rows === undefined ? "OK" : countOf(rows, "row");
      this.#output.note(colors.dim(`${what}, ${formatDuration(performance.now() - startedAt)}\n`));
    } catch (error) {
      if (this.#running.signal.aborted) this.#output.note("Stopped.\n");
      else this.#output.note(`${explainFailure(error).text}\n`);
    } finally {
      this.#running = undefined;
    }
  }

  #interrupt(): void {
    if (this.#running !== undefined) {
      this.#running.abort();
      return;
    }
    this.#typed = [];
    process.stdout.write("^C\n");
    this.#terminal.write(null, { ctrl: true, name: "e" });
    this.#terminal.write(null, { ctrl: true, name: "u" });
    this.#ask();
  }

  #ask(): void {
    const isMore = this.#typed.length > 0;
    this.#terminal.setPrompt(isMore ? `${" ".repeat(Math.max(0, this.#prompt.length - 2))}> ` : this.#prompt);
    this.#terminal.prompt();
  }
}

/** The statements of what is typed so far; `open` when the last is not ended, or stands inside of a string or comment. Blanks and comments are complete. */
function complete(text: string): ReturnType<typeof splitStatements> | "open" {
  try {
    const split = splitStatements(text);
    return split.statements.length === 0 && split.rest !== undefined ? "open" : split;
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return /;\s*$/.test(text) && !isUnclosed(error.message) ? { statements: [{ text, start: 0 }] } : "open";
  }
}

function isUnclosed(message: string): boolean {
  return /not closed|unclosed/i.test(message);
}
