import type { Typed } from "@sluice/query";
import type { Scope } from "./context.ts";
import { AGGREGATE_FUNCTIONS } from "./emit-aggregate.ts";
import { quoteName } from "./identifier.ts";
import type { Item } from "./select.ts";

/** Aggregates, windows and grouping keys that a SELECT of their own computes, each once. */
export class Parts {
  readonly #names = new Map<string, string>();

  /** The column that holds `sql`. */
  readonly name = (sql: string): string => {
    const known = this.#names.get(sql);
    if (known !== undefined) return known;
    const name = quoteName(`__part_${this.#names.size}`);
    this.#names.set(sql, name);
    return name;
  };

  /** The columns of the SELECT below. */
  items(): readonly Item[] {
    return [...this.#names].map(([sql, name]) => ({ sql, name }));
  }
}

/** Whether DuckDB would refuse the aggregates or windows in an expression: they may not stand inside of TRY. */
export function mustStandApart(sql: string): boolean {
  return /\bTRY\(/.test(sql);
}

/** A scope in which aggregates, windows and the grouping keys (by their SQL) are columns of the SELECT below. */
export function scopeOfParts(scope: Scope, parts: Parts, keys: readonly string[] = []): Scope {
  const below: Scope = { ...scope, apart: parts.name, sql: (expression) => scope.compileIn(expression, scope) };
  const above: Scope = { ...scope, sql: (expression) => compileAbove(expression) };
  const compileAbove = (expression: Typed): string => {
    if (expression.kind === "Call" && AGGREGATE_FUNCTIONS[expression.name] !== undefined) {
      return scope.compileIn(expression, below);
    }
    if (expression.kind === "Window") return windowApart(expression, scope, below, parts);
    const plain = keys.length === 0 ? "" : scope.sql(expression);
    return keys.includes(plain) ? parts.name(plain) : scope.compileIn(expression, above);
  };
  return above;
}

/** A window is one column, unless its function needs TRY itself. */
function windowApart(expression: Typed, scope: Scope, below: Scope, parts: Parts): string {
  const sql = scope.sql(expression);
  return mustStandApart(sql) ? scope.compileIn(expression, below) : parts.name(sql);
}
