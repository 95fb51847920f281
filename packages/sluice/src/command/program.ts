import type { LostChanges, RefreshRequest, ReplayRequest } from "@sluice/pipelines";
import { Command, type CommanderError, InvalidArgumentError, Option } from "commander";
import type { EventFilter } from "../session/event-queries.ts";
import type { Pipeline } from "../session/pipeline.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import { findTemplate, TEMPLATES } from "./init.ts";
import { type Output, openOutput } from "./output.ts";

interface CommonOptions {
  readonly project: string;
  readonly storage?: string;
  readonly json?: boolean;
  readonly conf?: readonly string[];
}

interface SelectionOptions extends CommonOptions {
  readonly refresh?: string;
  readonly fullRefresh?: string;
  readonly where?: string;
  readonly lost: LostChanges;
  readonly fullRefreshAll?: boolean;
}

type Action = (output: Output) => Promise<number>;

type Act = (options: { readonly json?: boolean }, action: Action) => Promise<void>;

const COMMANDS: readonly ((program: Command, act: Act) => void)[] = [
  addInit,
  addValidate,
  addExplain,
  addRun,
  addWatch,
  addShow,
  addFiles,
  addState,
  addQuery,
  addSql,
  addReplay,
  addEvents,
  addQuality,
];

/**
 * The command line, ready to parse. Commands load what they need when they run, so that `--help` is quick.
 *
 * @param setExitCode - Told the exit code of the command that ran.
 */
export function buildProgram(version: string, setExitCode: (code: number) => void): Command {
  const program = new Command("sluice")
    .description("Declarative data pipelines on Delta Lake: streaming tables, materialized views, expectations.")
    .version(version)
    .showSuggestionAfterError();
  const act: Act = async (options, action) => setExitCode(await action(openOutput(options.json === true)));
  for (const add of COMMANDS) add(program, act);
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}

function addInit(program: Command, act: Act): void {
  program
    .command("init")
    .argument("[dir]", "folder to make", ".")
    .addOption(new Option("--template <name>", "what to begin with").choices(TEMPLATES).default("orders"))
    .option("--json", "one JSON object a line on stdout")
    .description("make a project that runs at once")
    .action((dir: string, options: { readonly template: string; readonly json?: boolean }) =>
      act(options, async (output) =>
        (await import("./init.ts")).init(dir, findTemplate(options.template) ?? "orders", output),
      ),
    );
}

function addValidate(program: Command, act: Act): void {
  common(program.command("validate").alias("dry-run"))
    .description("say everything that is wrong with the pipeline; write nothing")
    .action((options: CommonOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) => (await import("./validate.ts")).validate(pipeline, output)),
      ),
    );
}

function addExplain(program: Command, act: Act): void {
  selection(common(program.command("explain")))
    .description("what the next update would do, and why")
    .action((options: SelectionOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) =>
          (await import("./explain.ts")).explain(pipeline, selectionOf(options), output),
        ),
      ),
    );
}

function addRun(program: Command, act: Act): void {
  selection(common(program.command("run")))
    .description("run one update")
    .option("--production", "retry failures of the world, as scheduled updates do")
    .option("--continuous", "go on until stopped: take in what is new as it comes")
    .option("--no-continuous", "end when nothing is left to do, whatever sluice.yml says")
    .action((options: SelectionOptions & { readonly production?: boolean; readonly continuous?: boolean }) =>
      act(options, (output) =>
        withPipeline(
          options,
          async (pipeline) => (await import("./run.ts")).run(pipeline, selectionOf(options), output),
          {
            ...(options.production === true && { development: false }),
            ...(options.continuous !== undefined && { continuous: options.continuous }),
          },
        ),
      ),
    );
}

function addWatch(program: Command, act: Act): void {
  common(program.command("watch"))
    .description("follow the pipeline while another process runs it")
    .action((options: CommonOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) => (await import("./watch.ts")).watch(pipeline, output)),
      ),
    );
}

function addShow(program: Command, act: Act): void {
  common(program.command("show").argument("[table]", "show one table's columns, properties and history"))
    .description("the datasets, their rows and versions")
    .action((table: string | undefined, options: CommonOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) => (await import("./show.ts")).show(pipeline, table, output)),
      ),
    );
}

interface FilesOptions extends CommonOptions {
  readonly number: string;
}

function addFiles(program: Command, act: Act): void {
  common(program.command("files").argument("<table>", "a table that reads files as a stream"))
    .description("what a table has read from files and when, what was rescued and why, how the schema drifted")
    .option("-n, --number <count>", "how many files, the newest", "50")
    .action((table: string, options: FilesOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) =>
          (await import("./files.ts")).files(pipeline, table, wholeNumber("--number", options.number), output),
        ),
      ),
    );
}

function addState(program: Command, act: Act): void {
  common(program.command("state"))
    .description("what the pipeline's streams remember, and how far their watermarks are")
    .action((options: CommonOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) => (await import("./state.ts")).state(pipeline, output)),
      ),
    );
}

function addQuery(program: Command, act: Act): void {
  common(program.command("query").argument("<sql>", "statements in Spark SQL, parted by ;"))
    .description("ask the pipeline's tables and views, LIVE names, <table>_expectations and event_log")
    .action((sql: string, options: CommonOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) => (await import("./query.ts")).query(pipeline, sql, output)),
      ),
    );
}

interface ReplayOptions extends CommonOptions {
  readonly quarantine?: boolean;
  readonly rescued?: boolean;
  readonly where?: string;
  readonly dryRun?: boolean;
}

function addReplay(program: Command, act: Act): void {
  common(program.command("replay").argument("<table>", "the table that the rows belong to"))
    .description("feed quarantined rows back, once, after their rule or their data was set right")
    .option("--quarantine", "rows that broke a rule (the default)")
    .option("--rescued", "rows with fields that did not fit the columns of their day")
    .option("--where <condition>", "only rows for which this is true, in Spark SQL")
    .option("--dry-run", "only count what would come back")
    .action((table: string, options: ReplayOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) =>
          (await import("./replay.ts")).replay(pipeline, replayRequest(table, options), output),
        ),
      ),
    );
}

function replayRequest(table: string, { quarantine, rescued, where, dryRun }: ReplayOptions): ReplayRequest {
  if (quarantine && rescued) throw new CommandError(EXIT.wrong, "Give --quarantine or --rescued, not both.");
  return {
    table,
    source: rescued ? "rescued" : "quarantine",
    ...(where !== undefined && { where }),
    ...(dryRun && { dryRun }),
  };
}

function addSql(program: Command, act: Act): void {
  common(program.command("sql"))
    .description("a shell for Spark SQL; reads statements from a pipe too")
    .option("-f, --file <path>", "run the statements of a file")
    .action((options: CommonOptions & { readonly file?: string }) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) => (await import("./sql.ts")).sql(pipeline, options.file, output)),
      ),
    );
}

interface EventOptions extends CommonOptions {
  readonly number: string;
  readonly level?: string;
  readonly type?: string;
  readonly update?: string;
  readonly since?: string;
  readonly until?: string;
}

function addEvents(program: Command, act: Act): void {
  common(program.command("events"))
    .description("the newest events of the event log")
    .option("-n, --number <count>", "how many", "50")
    .addOption(
      new Option("--level <level>", "only events of this level")
        .choices(["INFO", "WARN", "ERROR", "METRICS"])
        .argParser(upperCaseOf(["INFO", "WARN", "ERROR", "METRICS"])),
    )
    .option("--type <type>", "only one event type, such as flow_progress")
    .option("--update <id>", "only one update")
    .option(
      "--since <time>",
      "none before: a time (in UTC unless it says otherwise), or a length of time back from now, such as '2 hours'",
    )
    .option("--until <time>", "none after; as --since")
    .action((options: EventOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) =>
          (await import("./events.ts")).events(pipeline, await eventFilter(options), output),
        ),
      ),
    );
}

function upperCaseOf(choices: readonly string[]): (value: string) => string {
  return (value) => {
    const found = value.toUpperCase();
    if (choices.includes(found)) return found;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
  };
}

async function eventFilter(options: EventOptions): Promise<EventFilter> {
  const { momentOf } = await import("./moment.ts");
  return {
    limit: wholeNumber("--number", options.number),
    ...(options.level && { level: options.level }),
    ...(options.type && { type: options.type }),
    ...(options.update && { update: options.update }),
    ...(options.since && { since: momentOf("--since", options.since) }),
    ...(options.until && { until: momentOf("--until", options.until) }),
  };
}

function addQuality(program: Command, act: Act): void {
  common(program.command("quality"))
    .description("what each expectation passed and failed")
    .action((options: CommonOptions) =>
      act(options, (output) =>
        withPipeline(options, async (pipeline) => (await import("./quality.ts")).quality(pipeline, output)),
      ),
    );
}

/** The exit code for a wrong command line; help and version are no failures. */
export function commanderExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.done : EXIT.wrong;
}

function common(command: Command): Command {
  return command
    .option("--project <dir>", "the pipeline's folder", ".")
    .option(
      "--storage <dir>",
      "where tables and checkpoints live: a folder, or an s3://, gs:// or abfss:// URL (default: the project's setting, or .sluice in it)",
    )
    .option("--conf <key=value>", "a parameter of the pipeline; may be given several times", collect)
    .option("--json", "one JSON object a line on stdout; everything for eyes goes to stderr");
}

function selection(command: Command): Command {
  return command
    .option("--refresh <tables>", "only these tables, with commas")
    .option("--full-refresh <tables>", "empty these tables and start over")
    .option("--full-refresh-all", "empty all tables and start over")
    .option(
      "--where <condition>",
      "with --full-refresh: make only the keys of these rows anew, of tables that AUTO CDC keeps: SQL over the table's columns",
    )
    .addOption(
      new Option("--lost <what>", "with --where: what becomes of changes that the sources no longer have")
        .choices(["refuse", "keep", "forget"])
        .default("refuse"),
    );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function selectionOf(options: SelectionOptions): RefreshRequest {
  return {
    ...(options.refresh !== undefined && { refresh: names("--refresh", options.refresh) }),
    ...(options.fullRefresh !== undefined && { fullRefresh: names("--full-refresh", options.fullRefresh) }),
    ...(options.fullRefreshAll && { fullRefreshAll: true }),
    ...(options.where !== undefined && { restate: { where: options.where, lost: options.lost } }),
  };
}

function names(option: string, list: string): readonly string[] {
  const found = list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (found.length === 0) throw new CommandError(EXIT.wrong, `${option} takes names of tables, with commas.`);
  return found;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new CommandError(EXIT.wrong, `${option} takes a whole number above 0, not "${text}".`);
  return value;
}

async function withPipeline(
  options: CommonOptions,
  work: (pipeline: Pipeline) => Promise<number>,
  overrides: { readonly development?: boolean; readonly continuous?: boolean } = {},
): Promise<number> {
  const { openPipeline } = await import("../session/pipeline.ts");
  const pipeline = await openPipeline(options.project, {
    ...(options.storage && { storage: options.storage }),
    ...(options.conf && { configuration: parameters(options.conf) }),
    ...overrides,
  });
  try {
    return await work(pipeline);
  } finally {
    await pipeline.close();
  }
}

function parameters(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new CommandError(EXIT.wrong, `--conf takes key=value, not "${pair}".`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
