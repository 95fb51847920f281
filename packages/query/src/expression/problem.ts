import type { Origin, Span } from "./expression.ts";
import { sqlStateOf } from "./sql-state.ts";

/** One mistake in a query. `condition` is Spark's error class, such as `UNRESOLVED_COLUMN.WITH_SUGGESTION`. */
export interface QueryProblem {
  readonly condition: string;
  readonly sqlState?: string;
  /** A sentence for people, with the names from the query in backticks and what to do next. */
  readonly message: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The stretch of SQL text at fault, if there was text. */
  readonly span?: Span;
  /** The call in the user's program that made the faulty node, if it was made by one. */
  readonly origin?: Origin;
}

/** What is said of a construct that Spark has and we have not. */
export function unsupportedMessage({
  feature,
  instead,
}: {
  readonly feature: string;
  readonly instead: string;
}): string {
  return `The feature is not supported: ${feature}. ${instead}`;
}

/** A query that cannot be parsed or analyzed: all that is wrong with it, in the order found. Never empty. */
export class QueryError extends Error {
  override readonly name: string = "QueryError";
  readonly problems: readonly QueryProblem[];

  constructor(problems: readonly QueryProblem[]) {
    super(problems.map((problem) => `[${problem.condition}] ${problem.message}`).join("\n"));
    this.problems = problems;
  }

  /** Spark's error class of the first problem. */
  get condition(): string {
    return this.problems[0]?.condition ?? "INTERNAL_ERROR";
  }

  /** The SQLSTATE of the first problem; undefined when its condition is not Spark's. */
  get sqlState(): string | undefined {
    return this.problems[0]?.sqlState ?? sqlStateOf(this.condition);
  }

  /** The parameters of the first problem's message, by name. */
  get messageParameters(): Readonly<Record<string, string>> {
    return this.problems[0]?.parameters ?? {};
  }
}
