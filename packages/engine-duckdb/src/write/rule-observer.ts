import type { RuleCounts, WriteOutcome } from "@sluice/pipelines";
import type { ExpectPlan } from "@sluice/query";
import type { Observer, ViolatingRow } from "../compile/context.ts";
import { quoteText } from "../compile/identifier.ts";
import type { Counter } from "../connection/counters.ts";
import type { Connection } from "../connection/duck-db.ts";
import type { SampleCollector } from "./rule-samples.ts";

const MARK = "SLUICE_VIOLATION:";

interface Counted {
  readonly expect: ExpectPlan;
  readonly rules: readonly Place[];
  readonly dropped: Place;
  /** Absent for the topmost Expect, whose rows are those written and those dropped. */
  rows?: Place;
}

/** A counter and its place among those of the observer. */
interface Place extends Counter {
  readonly place: number;
}

/**
 * Counts rows by rule while statements of one connection run: a counter moves only for a row that breaks the rule, so clean rows cost nothing. One observer at a
 * time counts on a connection.
 */
export class RuleObserver implements Observer {
  readonly #counted = new Map<ExpectPlan, Counted>();
  readonly #connection: Connection;
  readonly #samples: SampleCollector | undefined;
  #taken = 0;

  constructor(connection: Connection, samples?: SampleCollector) {
    this.#connection = connection;
    this.#samples = samples;
    connection.counters.begin();
  }

  violation(expect: ExpectPlan, index: number): { readonly count: string } {
    return { count: this.#of(expect).rules[index]?.next ?? "1" };
  }

  dropped(expect: ExpectPlan): string {
    return this.#of(expect).dropped.next;
  }

  row(expect: ExpectPlan): string {
    const counted = this.#of(expect);
    counted.rows ??= this.#counter();
    return counted.rows.next;
  }

  fail(expect: ExpectPlan, names: string, recordJson: string): string {
    return `error(${quoteText(MARK)} || to_json({dataset: ${quoteText(expect.dataset)}, rules: ${names}, record: ${recordJson}})::VARCHAR)`;
  }

  /** Keeps a row while one of its rules has fewer samples than wanted; the row's JSON is made only then. */
  capture(expect: ExpectPlan, { broken, bitmask, json }: ViolatingRow): string {
    if (this.#samples === undefined) return "1";
    const { limit } = this.#samples;
    const wanted = this.#of(expect).rules.map((_, i) => {
      const { next, base } = this.#counter();
      return `CASE WHEN ${broken[i]} AND ${next} <= ${base + limit} THEN 1 ELSE 0 END`;
    });
    return `CASE WHEN (${wanted.join(" + ")}) > 0 THEN ${this.#samples.callSql(expect, bitmask, json)} ELSE 1 END`;
  }

  /** Makes what the statements compiled with this observer so far need. To be called before they run. */
  async setUp(): Promise<void> {
    const missing = this.#connection.counters.create();
    if (missing !== undefined) await this.#connection.run(missing);
  }

  /** The counts after the statements. `rows` is how many rows they gave, counted as `topmost`'s good and quarantined rows. */
  async counts(topmost: ExpectPlan | undefined, rows: number): Promise<readonly RuleCounts[]> {
    const moved = await this.#moved();
    const of = ({ place }: Place): number => moved[place] ?? 0;
    return [...this.#counted.values()].map((counted) => {
      const dropped = of(counted.dropped);
      const total = counted.expect === topmost || counted.rows === undefined ? rows + dropped : of(counted.rows);
      const rules = counted.rules.map((counter, i) => {
        const failed = of(counter);
        return { name: counted.expect.rules[i]?.name ?? "", passed: total - failed, failed };
      });
      return { dataset: counted.expect.dataset, rules, dropped };
    });
  }

  async #moved(): Promise<readonly number[]> {
    const { counters } = this.#connection;
    if (counters.select === undefined) return [];
    const [row = []] = await (await this.#connection.read(counters.select)).getRows();
    return counters.read(row);
  }

  #of(expect: ExpectPlan): Counted {
    const found = this.#counted.get(expect);
    if (found !== undefined) return found;
    const counted = { expect, rules: expect.rules.map(() => this.#counter()), dropped: this.#counter() };
    this.#counted.set(expect, counted);
    return counted;
  }

  #counter(): Place {
    return { ...this.#connection.counters.take(), place: this.#taken++ };
  }
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
