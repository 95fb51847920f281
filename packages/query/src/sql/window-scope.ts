import type { Expression, SortKey, Span, WindowExpression, WindowFrame } from "../expression/expression.ts";
import { problemAt } from "./syntax-problem.ts";

/** What stands in the brackets of OVER, or after a name in a WINDOW clause. A string is the name of another window. */
export interface WindowSpecification {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: WindowFrame;
}

interface Reference {
  readonly name: string;
  readonly place: Span;
  readonly target: WindowExpression;
}

/** The windows of one query: calls may name them before the WINDOW clause defines them. */
export class WindowScope {
  readonly #definitions = new Map<string, WindowSpecification | string>();
  readonly #references: Reference[] = [];

  define(name: string, specification: WindowSpecification | string): void {
    this.#definitions.set(name.toLowerCase(), specification);
  }

  /** A window expression over a window by name; it is filled in by `resolve`. */
  refer(call: Expression, name: string, place: Span, span: Span): WindowExpression {
    const target: WindowExpression = { kind: "WindowExpression", call, partitionBy: [], orderBy: [], span };
    this.#references.push({ name, place, target });
    return target;
  }

  /** @throws QueryError for a name that no WINDOW clause defines. */
  resolve(): void {
    for (const { name, place, target } of this.#references) {
      Object.assign(target, this.#find(name, place, this.#definitions.size));
    }
  }

  #find(name: string, place: Span, steps: number): WindowSpecification {
    const found = this.#definitions.get(name.toLowerCase());
    if (found === undefined || steps < 0) throw missing(name, place);
    return typeof found === "string" ? this.#find(found, place, steps - 1) : found;
  }
}

function missing(name: string, place: Span): Error {
  return problemAt(
    place,
    `Window specification is not defined in the WINDOW clause for \`${name}\`. Define it with WINDOW ${name} AS (..), or write it in OVER (..).`,
    { windowName: `\`${name}\`` },
    { condition: "MISSING_WINDOW_SPECIFICATION", sqlState: "42P20" },
  );
}
