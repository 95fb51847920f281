import type { RuleCounts, WriteOutcome } from "@sluice/pipelines";
import type { ExpectPlan } from "@sluice/query";
import type { Observer } from "../compile/context.ts";
import { quoteName, quoteText } from "../compile/identifier.ts";
import type { Connection } from "../connection/duck-db.ts";
import type { SampleCollector } from "./rule-samples.ts";

const MARK = "SLUICE_VIOLATION:";

interface Counted {
  readonly expect: ExpectPlan;
  readonly rules: readonly string[];
  readonly dropped: string;
  /** Absent for the topmost Expect, whose rows are those written and those dropped. */
  rows?: string;
}

/**
 * Counts rows by rule while a statement runs, with temporary sequences of one connection: a sequence moves only for a row that breaks the rule, so clean
 * rows cost nothing.
 */
export class RuleObserver implements Observer {
  readonly #counted = new Map<ExpectPlan, Counted>();
  readonly #sequences: string[] = [];
  #made = 0;
  readonly #samples: SampleCollector | undefined;

  constructor(samples?: SampleCollector) {
    this.#samples = samples;
  }

  violation(expect: ExpectPlan, index: number): { readonly count: string } {
    return { count: next(this.#of(expect).rules[index] ?? "") };
  }

  dropped(expect: ExpectPlan): string {
    return next(this.#of(expect).dropped);
  }

  row(expect: ExpectPlan): string {
    const counted = this.#of(expect);
    counted.rows ??= this.#sequence();
    return next(counted.rows);
  }

  fail(expect: ExpectPlan, names: string, recordJson: string): string {
    return `error(${quoteText(MARK)} || to_json({dataset: ${quoteText(expect.dataset)}, rules: ${names}, record: ${recordJson}})::VARCHAR)`;
  }

  /** Keeps a row while one of its rules has fewer samples than wanted; the row's JSON is made only then. */
  capture(expect: ExpectPlan, ruleBitmask: string, recordJson: string): string {
    if (this.#samples === undefined) return "1";
    const { limit } = this.#samples;
    const wanted = this.#of(expect).rules.map((_, i) => {
      const bit = `(${ruleBitmask} & ${1n << BigInt(i)}) <> 0`;
      return `CASE WHEN ${bit} AND ${next(this.#sequence())} <= ${limit} THEN ${1n << BigInt(i)} ELSE 0 END`;
    });
    const mask = wanted.join(" + ");
    return `CASE WHEN (${mask}) > 0 THEN ${this.#samples.callSql(expect, ruleBitmask, recordJson)} ELSE 1 END`;
  }

  /** Makes what the statements compiled with this observer so far need. To be called before they run. */
  async setUp(connection: Connection): Promise<void> {
    const missing = this.#sequences.slice(this.#made);
    this.#made = this.#sequences.length;
    if (missing.length === 0) return;
    await connection.run(missing.map((name) => `CREATE TEMP SEQUENCE ${quoteName(name)}`).join(";\n"));
  }

  /** The counts after the statement. `rows` is how many rows it gave, counted as `topmost`'s good and quarantined rows. */
  async counts(connection: Connection, topmost: ExpectPlan | undefined, rows: number): Promise<readonly RuleCounts[]> {
    const last = await this.#lastValues(connection);
    return [...this.#counted.values()].map((counted) => {
      const dropped = last(counted.dropped);
      const total = counted.expect === topmost || counted.rows === undefined ? rows + dropped : last(counted.rows);
      const rules = counted.expect.rules.map((rule, i) => {
        const failed = last(counted.rules[i] ?? "");
        return { name: rule.name, passed: total - failed, failed };
      });
      return { dataset: counted.expect.dataset, rules, dropped };
    });
  }

  async #lastValues(connection: Connection): Promise<(name: string) => number> {
    if (this.#sequences.length === 0) return () => 0;
    const rows = await connection.rows(
      "SELECT sequence_name, coalesce(last_value, 0) AS last FROM duckdb_sequences() WHERE temporary",
    );
    const values = new Map(rows.map((row) => [String(row["sequence_name"]), Number(row["last"])]));
    return (name) => values.get(name) ?? 0;
  }

  #of(expect: ExpectPlan): Counted {
    const found = this.#counted.get(expect);
    if (found !== undefined) return found;
    const counted = { expect, rules: expect.rules.map(() => this.#sequence()), dropped: this.#sequence() };
    this.#counted.set(expect, counted);
    return counted;
  }

  #sequence(): string {
    const name = `rule_${this.#sequences.length}`;
    this.#sequences.push(name);
    return name;
  }
}

function next(sequence: string): string {
  return `nextval(${quoteText(sequence)})`;
}

/** What a `fail` rule raised, when that is what an error is. */
export function violationOf(error: unknown): Extract<WriteOutcome, { kind: "Violated" }> | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const at = cause.message.indexOf(MARK);
    if (at < 0) continue;
    const text = cause.message.slice(at + MARK.length);
    const found: { dataset: string; rules: string[]; record: string } = JSON.parse(firstObject(text));
    return { kind: "Violated", ...found };
  }
  return undefined;
}

/** The JSON object that a text begins with. */
function firstObject(text: string): string {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === "\\") at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "{") depth += 1;
    else if (!quoted && character === "}") depth -= 1;
    if (depth === 0) return text.slice(0, at + 1);
  }
  return text;
}
