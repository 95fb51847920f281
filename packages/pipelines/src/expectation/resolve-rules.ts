import {
  type AnalysisOptions,
  type Attribute,
  analyzeCondition,
  type Expression,
  generatedName,
  parseExpression,
  walkExpression,
} from "@sluice/query";
import type { DatasetDeclaration, Expectation } from "../declaration/declaration.ts";
import { fromQueryError, isQueryError, PipelineError } from "../diagnostics/pipeline-error.ts";
import { type CastText, columnsThatMakeNull, refusesNull, refusesText, textThatMakesNull } from "./null-result.ts";
import type { ResolvedRule } from "./rule.ts";

/** The rules of a dataset over the columns of one of its flows. A rule that is wrong is among the errors instead. */
export interface RuleResolution {
  readonly rules: readonly ResolvedRule[];
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** Where rules stand, and how their conditions are understood. */
export interface RuleScope {
  /** As people see it. */
  readonly dataset: string;
  readonly declaration: Pick<DatasetDeclaration, "kind" | "expectations">;
  /** The columns of the rows that are checked. */
  readonly columns: readonly Attribute[];
  readonly options: Pick<AnalysisOptions, "ansi" | "timeZone">;
  /** Whether a condition that is NULL breaks the rule: then nothing is to be warned of. */
  readonly nullIsViolation: boolean;
}

/** Resolves the rules of a dataset, in the order declared, and warns of those that rows pass because of a NULL. */
export function resolveRules(scope: RuleScope): RuleResolution {
  const errors: PipelineError[] = [];
  const rules: ResolvedRule[] = [];
  const seen = new Set<string>();
  for (const expectation of scope.declaration.expectations) {
    const found = declarationErrors(expectation, scope, seen);
    seen.add(expectation.name);
    const resolved = found.length > 0 ? found : resolveCondition(expectation, scope);
    if (Array.isArray(resolved)) errors.push(...resolved);
    else rules.push(resolved as ResolvedRule);
  }
  return {
    rules,
    errors,
    warnings: scope.nullIsViolation ? [] : [...nullWarnings(rules, scope), ...textWarnings(rules, scope)],
  };
}

/**
 * The condition of a rule as an expression.
 *
 * @throws QueryError when its text cannot be parsed.
 */
export function ruleExpression(expectation: Expectation): Expression {
  const { condition } = expectation;
  return typeof condition === "string" ? parseExpression(condition) : condition;
}

function declarationErrors(
  expectation: Expectation,
  scope: RuleScope,
  seen: ReadonlySet<string>,
): readonly PipelineError[] {
  const params = { dataset: scope.dataset, expectation: expectation.name };
  const context = { origin: expectation.origin };
  const errors: PipelineError[] = [];
  if (seen.has(expectation.name)) errors.push(new PipelineError("EXPECTATION_DECLARED_TWICE", params, context));
  if (expectation.policy === "quarantine" && scope.declaration.kind === "TemporaryView") {
    errors.push(new PipelineError("QUARANTINE_ON_VIEW", params, context));
  }
  return errors;
}

function resolveCondition(expectation: Expectation, scope: RuleScope): ResolvedRule | readonly PipelineError[] {
  const { name, policy, origin } = expectation;
  const params = { dataset: scope.dataset, expectation: name };
  try {
    const expression = ruleExpression(expectation);
    const construct = forbiddenConstruct(expression);
    if (construct !== undefined) {
      return [new PipelineError("EXPECTATION_NOT_ROW_BY_ROW", { ...params, construct }, { origin })];
    }
    const condition = analyzeCondition(expression, scope.columns, scope.options);
    return { name, policy, text: ruleText(expectation, scope.options.timeZone), condition };
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return fromQueryError(error, scope.dataset, origin);
  }
}

/** The condition of a rule as people read it. */
export function ruleText({ condition, text }: Expectation, timeZone: string): string {
  if (typeof condition === "string") return condition;
  if (text !== undefined) return text;
  const starNames = () => ["*"];
  return generatedName(condition, { displayName: (reference) => reference.name.join("."), timeZone, starNames });
}

function forbiddenConstruct(condition: Expression): string | undefined {
  return [...walkExpression(condition)]
    .map((part) => CONSTRUCTS[part.kind])
    .find((construct) => construct !== undefined);
}

const CONSTRUCTS: Readonly<Partial<Record<Expression["kind"], string>>> = {
  ScalarSubquery: "a sub-query",
  Exists: "a sub-query",
  InSubquery: "a sub-query",
  WindowExpression: "a window function",
};

/** In ANSI mode such text is an error, and needs no warning. */
function textWarnings(rules: readonly ResolvedRule[], scope: RuleScope): readonly PipelineError[] {
  if (scope.options.ansi) return [];
  return rules.flatMap((rule) => {
    const refused = (cast: CastText) =>
      rules.some((other) => other.policy !== "warn" && refusesText(other.condition, cast));
    const casts = textThatMakesNull(rule.condition).filter((cast) => !refused(cast));
    const { origin } = scope.declaration.expectations.find((one) => one.name === rule.name) ?? {};
    return casts.map((cast) => {
      const params = { dataset: scope.dataset, expectation: rule.name, ...cast };
      return new PipelineError("EXPECTATION_CASTS_TEXT", params, { origin });
    });
  });
}

function nullWarnings(rules: readonly ResolvedRule[], scope: RuleScope): readonly PipelineError[] {
  return rules.flatMap((rule) => {
    const untested = columnsThatMakeNull(rule.condition).filter((column) => !refusedElsewhere(rules, column));
    if (untested.length === 0) return [];
    const params = { dataset: scope.dataset, expectation: rule.name, columns: untested };
    const { origin } = scope.declaration.expectations.find((one) => one.name === rule.name) ?? {};
    return [new PipelineError("EXPECTATION_MAY_BE_NULL", params, { origin })];
  });
}

/** Whether another rule of the dataset keeps rows with NULL in this column out. */
function refusedElsewhere(rules: readonly ResolvedRule[], column: string): boolean {
  return rules.some((rule) => rule.policy !== "warn" && refusesNull(rule.condition, column));
}
