import type { Attribute, Named, Typed } from "./plan.ts";
import { columnOf, type ScopeColumn } from "./scope.ts";
import { POISON, type Session } from "./session.ts";

/** Makes the columns of one select list: ids stay unique in it. */
export class NamedMaker {
  readonly #session: Session;
  readonly #known: ReadonlyMap<number, ScopeColumn>;
  readonly #used = new Set<number>();

  constructor(session: Session, below: readonly ScopeColumn[]) {
    this.#session = session;
    const known = new Map<number, ScopeColumn>();
    for (const column of below) if (!known.has(column.attribute.id)) known.set(column.attribute.id, column);
    this.#known = known;
  }

  /** The table that a column below belongs to; empty for none. */
  qualifierOf(id: number): readonly string[] {
    return this.#known.get(id)?.qualifier ?? [];
  }

  /** The column `name` of an expression; a column under its own name is passed through unless `fresh`. */
  make(typed: Typed, name: string, metadata?: Readonly<Record<string, unknown>>, fresh = false): Named {
    if (typed === POISON) return { attribute: this.#session.poisonedAttribute(name), expression: typed };
    const source = typed.kind === "Column" ? this.#known.get(typed.id)?.attribute : undefined;
    if (source && !fresh && source.name === name && metadata === undefined && !this.#used.has(source.id)) {
      this.#used.add(source.id);
      return { attribute: source, expression: typed };
    }
    const kept = metadata ?? source?.metadata ?? {};
    return { attribute: this.#session.attribute(name, typed.dataType, typed.nullable, kept), expression: typed };
  }

  /** A column passed through, or a copy of it when the list has it already. */
  pass(attribute: Attribute): Named {
    if (this.#session.isPoisoned(attribute)) return { attribute, expression: columnOf(attribute) };
    return this.make(columnOf(attribute), attribute.name);
  }
}
