import type { Origin } from "@sluice/query";
import { activeRegistry, declareDataset, declareFlow } from "../declaration/registry.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { failingFlow, failingQuery } from "./failing-flow.ts";
import type { NameDefaults } from "./name-defaults.ts";
import { parseStatement } from "./parse-statement.ts";
import { sourceStatements } from "./source-statements.ts";
import type { Statement } from "./statement.ts";
import { type StatementText, substitute } from "./substitute.ts";
import { TextPlaces } from "./text-places.ts";

/**
 * Declares what a SQL file of a pipeline holds, an exported notebook or plain, in the active registry: the same records as `dlt.*` makes, with places in the
 * file. Statements are read one after the other; a wrong one does not keep the others from being read.
 *
 * @param file - Its absolute path, for places.
 * @returns everything wrong that no dataset or flow carries itself; the others raise theirs when their query is asked for.
 */
export function declareSql(text: string, file: string): readonly PipelineError[] {
  const places = new TextPlaces(file, text);
  const { statements, warnings } = sourceStatements(text, places);
  const script = new Script(activeRegistry()?.configuration ?? new Map());
  const diagnostics = statements.flatMap((statement) => script.run(substitute(statement, script.values, places)));
  return [...warnings, ...diagnostics];
}

const OF_WHOLE_PIPELINE = [
  ...["spark.sql.session.timeZone", "spark.sql.ansi.enabled", "sluice.expectations.nullIsViolation"],
];

/** The statements of one file so far: what SET and USE hold for those that follow. */
class Script {
  readonly values: Map<string, string>;
  readonly #sparkConf: Record<string, string> = {};
  #names: NameDefaults = {};

  constructor(configuration: ReadonlyMap<string, string>) {
    this.values = new Map(configuration);
  }

  run(source: StatementText): readonly PipelineError[] {
    const read = parseStatement(source, this.#names, Object.fromEntries(this.values));
    if (source.errors.length > 0) return this.#declareUnset(read.statement, source.errors);
    return [...read.errors, ...read.warnings, ...this.#do(read.statement, source)];
  }

  #do(statement: Statement, { origin }: StatementText): readonly PipelineError[] {
    switch (statement.kind) {
      case "Declare":
        this.#declare(statement);
        return [];
      case "Set":
        return this.#set(statement, origin);
      case "Use":
        this.#names = { ...this.#names, ...statement };
        return [];
      case "Nothing":
        return [];
    }
  }

  #declare({ dataset, flow }: Extract<Statement, { kind: "Declare" }>): void {
    const sparkConf = { ...this.#sparkConf };
    if (dataset !== undefined) declareDataset({ ...dataset, sparkConf });
    if (flow !== undefined) declareFlow({ ...flow, sparkConf });
  }

  /** Declares what a statement with unset parameters seems to declare, so that its readers are not blamed; its query raises the errors. */
  #declareUnset(statement: Statement, errors: readonly PipelineError[]): readonly PipelineError[] {
    if (statement.kind !== "Declare") return errors;
    const { dataset, flow } = statement;
    if (dataset !== undefined) {
      const { schema: _schema, ...described } = dataset;
      this.#declare({ kind: "Declare", dataset: described, flow: failingFlow(dataset, errors) });
    } else if (flow !== undefined) this.#declare({ kind: "Declare", flow: { ...flow, query: failingQuery(errors) } });
    return [];
  }

  #set({ key, value }: Extract<Statement, { kind: "Set" }>, origin: Origin): readonly PipelineError[] {
    const whole = OF_WHOLE_PIPELINE.find((one) => one.toLowerCase() === key.toLowerCase());
    if (whole !== undefined && this.values.get(whole)?.toLowerCase() !== value.toLowerCase()) {
      return [new PipelineError("SETTING_OF_WHOLE_PIPELINE", { key: whole, value }, { origin })];
    }
    this.values.set(key, value);
    this.#sparkConf[key] = value;
    return [];
  }
}
