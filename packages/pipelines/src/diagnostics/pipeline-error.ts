import { type Origin, originOf, type QueryError, type QueryProblem } from "@sluice/query";
import type { ErrorCode, ErrorParams } from "./error-params.ts";
import { MESSAGES } from "./messages.ts";

/** Where the mistake is, and what led to it. */
export interface ErrorContext {
  readonly origin?: Origin | undefined;
  readonly cause?: unknown;
}

/**
 * A mistake in a pipeline: collected with others of its kind, not thrown one by one. Tell them apart by `code`, never by the text or `instanceof`.
 * `message` is the sentence alone; `next` says what to do about it.
 */
export class PipelineError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = "PipelineError";
  readonly code: Code;
  readonly params: ErrorParams[Code];
  readonly origin: Origin | undefined;
  readonly next: string | undefined;
  /** A warning is shown and stops nothing. */
  readonly severity: "error" | "warning";

  constructor(code: Code, params: ErrorParams[Code], context: ErrorContext = {}) {
    super(MESSAGES[code].sentence(params), context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.params = params;
    this.origin = context.origin;
    this.next = MESSAGES[code].next?.(params);
    this.severity = MESSAGES[code].severity ?? "error";
  }

  /** The error's Spark class for a mistake in a query, else its code. */
  get condition(): string {
    const problem = queryProblem(this);
    return problem?.condition ?? this.code;
  }
}

/** The problem inside an error of code QUERY_PROBLEM. */
export function queryProblem(error: PipelineError): QueryProblem | undefined {
  return "problem" in error.params && typeof error.params.problem === "object" ? error.params.problem : undefined;
}

/** One error for each problem of a query, at its own place where it has one, else at `origin`. */
export function fromQueryError(
  error: Pick<QueryError, "problems">,
  dataset?: string,
  origin?: Origin,
): readonly PipelineError[] {
  return error.problems.map(
    (problem) =>
      new PipelineError(
        "QUERY_PROBLEM",
        { problem, ...(dataset === undefined ? {} : { dataset }) },
        { origin: problem.origin ?? originOf(problem.span) ?? origin, cause: error },
      ),
  );
}

/** Whether a thrown value is a QueryError of any copy of the package. */
export function isQueryError(error: unknown): error is QueryError {
  return error instanceof Error && "problems" in error && Array.isArray(error.problems);
}

/** Whether a thrown value is a PipelineError of any copy of the package. */
export function isPipelineError(error: unknown): error is PipelineError {
  return error instanceof Error && "code" in error && "params" in error && "severity" in error;
}

/** Several mistakes as one exception, for callers that can only throw. `errors` is never empty. */
export class PipelineErrors extends Error {
  override readonly name: string = "PipelineErrors";
  readonly errors: readonly PipelineError[];

  constructor(errors: readonly PipelineError[]) {
    super(errors.map((error) => `[${error.condition}] ${error.message}`).join("\n"));
    this.errors = errors;
  }
}

/** Whether a thrown value is a PipelineErrors of any copy of the package. */
export function isPipelineErrors(error: unknown): error is PipelineErrors {
  return (
    error instanceof Error && "errors" in error && Array.isArray(error.errors) && error.errors.every(isPipelineError)
  );
}
