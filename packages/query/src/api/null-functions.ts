import type { Relation } from "../relation/relation.ts";
import { type LiteralValue, literal } from "./literal.ts";
import { node } from "./node.ts";

/** Filling and dropping of NULLs, as PySpark's `DataFrame.na`. */
export class NullFunctions<Frame> {
  readonly #input: Relation;
  readonly #frame: (relation: Relation) => Frame;

  constructor(input: Relation, frame: (relation: Relation) => Frame) {
    this.#input = input;
    this.#frame = frame;
  }

  /** NULLs of columns of the value's type (or of `subset`) replaced by it; or `{ column: value }`. */
  fill(value: LiteralValue | Readonly<Record<string, LiteralValue>>, subset?: string | readonly string[]): Frame {
    const columns = subset === undefined ? {} : { columns: list(subset) };
    const values = isByColumn(value)
      ? Object.entries(value).map(([column, one]) => ({ columns: [column], value: literal(one) }))
      : [{ ...columns, value: literal(value) }];
    return this.#frame(node({ kind: "FillNulls", input: this.#input, values }));
  }

  /** The rows with at least `thresh` values that are not NULL in the columns; without it, `how` says whether any or only all NULLs drop. */
  drop(how: "any" | "all" = "any", thresh?: number, subset?: string | readonly string[]): Frame {
    const least = thresh ?? (how === "all" ? 1 : undefined);
    return this.#frame(
      node({
        kind: "DropNulls",
        input: this.#input,
        ...(subset === undefined ? {} : { columns: list(subset) }),
        ...(least === undefined ? {} : { minNonNulls: least }),
      }),
    );
  }
}

function list(names: string | readonly string[]): readonly string[] {
  return typeof names === "string" ? [names] : names;
}

function isByColumn(
  value: LiteralValue | Readonly<Record<string, LiteralValue>>,
): value is Readonly<Record<string, LiteralValue>> {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array);
}
