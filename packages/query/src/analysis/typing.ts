import type { Expression } from "../expression/expression.ts";
import type { Typed } from "./plan.ts";
import type { Names } from "./resolve.ts";
import type { Environment, Scope } from "./scope.ts";

/** A part of a query, and what may stand in its expressions. */
export interface Clause {
  readonly name: string;
  readonly aggregates: boolean;
  readonly windows: boolean;
  readonly subqueries: boolean;
  /** The condition under which what may not stand there is reported. */
  readonly fault: string;
}

/** Where an expression stands. */
export interface Typing extends Names {
  readonly environment: Environment;
  readonly clause: Clause;
  /** Where the arguments of aggregate functions look names up when that is elsewhere: below a select list. */
  readonly argumentScope?: Scope | undefined;
  /** The aggregate function whose argument this is. */
  readonly inAggregate?: string | undefined;
  readonly type: (expression: Expression, typing: Typing) => Typed;
}

/** The arguments of the aggregate function `name` where `typing` is. */
export function insideAggregate(typing: Typing, name: string): Typing {
  const { session, environment, lambdas, aliases, clause, argumentScope, type } = typing;
  const scope = argumentScope ?? typing.scope;
  return { session, scope, environment, lambdas, aliases, clause, argumentScope, inAggregate: name, type };
}

/** The same place, where the items named so far can be used by their aliases. */
export function withAliases(typing: Typing, aliases: ReadonlyMap<string, Typed>): Typing {
  const { session, scope, environment, lambdas, clause, argumentScope, inAggregate, type } = typing;
  return { session, scope, environment, lambdas, aliases, clause, argumentScope, inAggregate, type };
}

function clause(name: string, aggregates: boolean, windows: boolean, fault: string): Clause {
  return { name, aggregates, windows, subqueries: true, fault };
}

const UNSUPPORTED = "UNSUPPORTED_EXPR_FOR_OPERATOR";

/** The parts of a query that hold expressions; `aggregate` and `orderGroups` are those of a query that groups. */
export type ClauseName =
  | "select"
  | "aggregate"
  | "where"
  | "having"
  | "qualify"
  | "groupBy"
  | "orderBy"
  | "orderGroups"
  | "join"
  | "values"
  | "generator"
  | "limit"
  | "expectation";

/** The clauses of a query. */
export const CLAUSES: Readonly<Record<ClauseName, Clause>> = {
  select: clause("SELECT", false, true, UNSUPPORTED),
  aggregate: clause("SELECT", true, true, UNSUPPORTED),
  where: clause("WHERE", false, false, "INVALID_WHERE_CONDITION"),
  having: clause("HAVING", true, false, "INVALID_WHERE_CONDITION"),
  qualify: clause("QUALIFY", true, true, UNSUPPORTED),
  groupBy: clause("GROUP BY", false, false, "GROUP_BY_AGGREGATE"),
  orderBy: clause("ORDER BY", false, true, UNSUPPORTED),
  orderGroups: clause("ORDER BY", true, true, UNSUPPORTED),
  join: clause("a join condition", false, false, "INVALID_JOIN_CONDITION"),
  values: clause("VALUES", false, false, "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE"),
  generator: clause("a generator", false, false, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS"),
  limit: clause("LIMIT", false, false, "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE"),
  expectation: { ...clause("an expectation", false, false, "INVALID_WHERE_CONDITION"), subqueries: false },
};
