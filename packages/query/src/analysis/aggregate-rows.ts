import { findFunction } from "../function/catalogue.ts";
import type { Attribute, Named, Plan, Typed } from "./plan.ts";
import { columnOf, passThrough } from "./scope.ts";
import { POISON, type Session } from "./session.ts";
import { replaceTyped, sameTyped, someTyped, typedChildren } from "./typed-children.ts";

/** A key that is computed below the groups, such as a time window, and the column that holds it. */
export interface KeyColumn {
  readonly written: Typed;
  readonly attribute: Attribute;
}

/** The expression with each key that is computed below the groups replaced by its column. */
export function asKeyColumn(typed: Typed, windows: readonly KeyColumn[]): Typed {
  if (windows.length === 0 || typed === POISON) return typed;
  return replaceTyped(typed, (part) => {
    const found = windows.find(({ written }) => sameTyped(written, part));
    return found && columnOf(found.attribute);
  });
}

/** What rows are grouped, and by what. */
export interface Groups {
  readonly input: Plan;
  readonly grouping: readonly Typed[];
  readonly windows: readonly KeyColumn[];
  readonly sets?: readonly (readonly number[])[];
}

/** The rows of a GROUP BY: knows which expressions exist for a group, and builds the plan. */
export class AggregateRows {
  readonly #groups: Groups;
  readonly #named: readonly Named[];
  readonly #session: Session;
  readonly #global: boolean;
  readonly #asked: Named[] = [];
  readonly #inputIds: ReadonlySet<number>;

  /** `global`: there is no GROUP BY, all rows are one group. */
  constructor(groups: Groups, named: readonly Named[], session: Session, global: boolean) {
    this.#groups = groups;
    this.#named = named;
    this.#session = session;
    this.#global = global;
    this.#inputIds = new Set(groups.input.output.map((attribute) => attribute.id));
  }

  /** Reports columns that have many values in a group: neither grouped by nor inside of an aggregate. */
  check(typed: Typed): boolean {
    if (typed === POISON || this.#isGroupValue(typed)) return true;
    if (typed.kind === "Column" && this.#inputIds.has(typed.id)) return this.#reportMissing(typed.name, typed);
    if (typed.kind === "Window") {
      const parts = [...typed.call.args, ...typed.partitionBy, ...typed.orderBy.map((key) => key.expression)];
      return parts.every((part) => this.check(part));
    }
    return typedChildren(typed).every((child) => this.check(child));
  }

  #reportMissing(name: string, typed: Typed): boolean {
    const [condition, message] = this.#global
      ? ([
          "MISSING_GROUP_BY",
          `the column \`${name}\` stands beside an aggregate: add GROUP BY \`${name}\`, or aggregate it`,
        ] as const)
      : ([
          "MISSING_AGGREGATION",
          `the column \`${name}\` is neither grouped by nor aggregated: add it to GROUP BY, or use any_value(\`${name}\`)`,
        ] as const);
    this.#session.report(condition, message, typed, {
      expression: `"${name}"`,
      expressionAnyValue: `"any_value(${name})"`,
    });
    return false;
  }

  #isGroupValue(typed: Typed): boolean {
    return isAggregateCall(typed) || this.#groups.grouping.some((one) => sameTyped(one, typed));
  }

  /** Rewrites an expression of a clause above into one over this list's columns. */
  reach(typed: Typed): { readonly typed: Typed; readonly extra: readonly Named[] } {
    const used: Named[] = [];
    const own = new Set(this.#named.map((one) => one.attribute.id));
    const rewritten = replaceTyped(asKeyColumn(typed, this.#groups.windows), (part) => {
      if (part.kind === "Column" && own.has(part.id)) return part;
      if (part === POISON) return part;
      if (this.#isGroupValue(part)) {
        const named = this.#ask(part);
        if (!own.has(named.attribute.id)) used.push(named);
        return columnOf(named.attribute);
      }
      if (part.kind !== "Column" || !this.#inputIds.has(part.id)) return undefined;
      this.#reportMissing(part.name, part);
      return POISON;
    });
    return { typed: rewritten, extra: used };
  }

  /** The column of a value that exists for each group. */
  #ask(typed: Typed): Named {
    const known = [...this.#named, ...this.#asked].find((one) => sameTyped(one.expression, typed));
    if (known) return known;
    const isColumn = typed.kind === "Column" && this.#groups.sets === undefined;
    const attribute = isColumn
      ? { id: typed.id, name: typed.name, dataType: typed.dataType, nullable: typed.nullable, metadata: {} }
      : this.#session.attribute(
          typed.kind === "Call" ? typed.name : "group",
          typed.dataType,
          typed.nullable || this.#groups.sets !== undefined,
        );
    const named = { attribute, expression: typed };
    this.#asked.push(named);
    return named;
  }

  /** The plan of the list, with columns added at the end. */
  build(extra: readonly Named[]): Plan {
    const all = [...this.#named, ...extra];
    if (!all.some((one) => hasWindow(one.expression))) return this.#aggregate(all);
    const parts: Named[] = all.filter((one) => !hasWindow(one.expression));
    const above = all.map((one): Named => {
      if (!hasWindow(one.expression)) return passThrough(one.attribute);
      return { attribute: one.attribute, expression: this.#overParts(one.expression, parts) };
    });
    const input = this.#aggregate(parts);
    return { kind: "Project", input, columns: above, output: above.map((one) => one.attribute) };
  }

  #overParts(typed: Typed, parts: Named[]): Typed {
    return replaceTyped(typed, (part) => {
      if (!this.#isGroupValue(part)) return undefined;
      const known = parts.find((one) => sameTyped(one.expression, part)) ?? this.#ask(part);
      if (!parts.includes(known)) parts.push(known);
      return columnOf(known.attribute);
    });
  }

  #aggregate(columns: readonly Named[]): Plan {
    const { input, grouping, sets } = this.#groups;
    const output = columns.map((one) => one.attribute);
    return { kind: "Aggregate", input, grouping, ...(sets && { sets }), columns, output };
  }
}

function hasWindow(typed: Typed): boolean {
  return someTyped(typed, (part) => part.kind === "Window");
}

function isAggregateCall(typed: Typed): boolean {
  return typed.kind === "Call" && findFunction(typed.name)?.kind === "aggregate";
}
