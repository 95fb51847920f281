import type { ExpectPlan } from "@sluice/query";
import { quoteText } from "../compile/identifier.ts";
import { receiveSamples, SAMPLE_FUNCTION } from "../connection/sample-function.ts";

/** A row that broke a rule, as JSON. */
export interface RuleSample {
  readonly rule: string;
  readonly record: string;
}

/** Keeps up to `limit` rows for each rule while a statement runs. Give it back with `close`. */
export class SampleCollector {
  readonly limit: number;
  readonly #token: string = crypto.randomUUID();
  readonly #expects: ExpectPlan[] = [];
  readonly #kept = new Map<string, RuleSample[]>();
  readonly #close: (() => void)[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The rows kept, by rule in the order they came. */
  get samples(): readonly RuleSample[] {
    return [...this.#kept.values()].flat();
  }

  /** SQL that hands a row over: a BIGINT above 0. */
  callSql(expect: ExpectPlan, ruleBitmask: string, recordJson: string): string {
    let at = this.#expects.indexOf(expect);
    if (at < 0) {
      at = this.#expects.push(expect) - 1;
      this.#close.push(receiveSamples(`${this.#token}/${at}`, (mask, record) => this.#keep(expect, mask, record)));
    }
    return `${SAMPLE_FUNCTION}(${quoteText(`${this.#token}/${at}`)}, ${ruleBitmask}, ${recordJson})`;
  }

  close(): void {
    for (const close of this.#close) close();
  }

  #keep(expect: ExpectPlan, mask: bigint, record: string): void {
    for (const [i, { name: rule }] of expect.rules.entries()) {
      if ((mask & (1n << BigInt(i))) === 0n) continue;
      const kept = this.#kept.get(rule) ?? [];
      if (kept.length < this.limit) kept.push({ rule, record });
      this.#kept.set(rule, kept);
    }
  }
}
