import type { Relation } from "@sluice/query";
import type { DatasetDeclaration, Declarations, Expectation } from "../declaration/declaration.ts";
import { fromQueryError, isQueryError, type PipelineError } from "../diagnostics/pipeline-error.ts";
import { ruleExpression, ruleText } from "../expectation/resolve-rules.ts";
import type { RegisteredSchemas } from "../source/registered-schemas.ts";

/** Declarations whose rules have the schemas that they name by subject; rules that are wrong stay as they are, and are among the errors when a registry is why. */
export async function completeRules(
  declarations: Declarations,
  schemas: RegisteredSchemas,
  timeZone: string,
): Promise<{ readonly declarations: Declarations; readonly errors: readonly PipelineError[] }> {
  const errors: PipelineError[] = [];
  const complete = async (dataset: DatasetDeclaration): Promise<DatasetDeclaration> => {
    if (dataset.expectations.length === 0) return dataset;
    const expectations = await Promise.all(
      dataset.expectations.map((one) => completeRule(one, dataset.name, { schemas, timeZone, errors })),
    );
    return { ...dataset, expectations };
  };
  const datasets = await Promise.all(declarations.datasets.map(complete));
  return { declarations: { ...declarations, datasets }, errors };
}

interface Completion {
  readonly schemas: RegisteredSchemas;
  readonly timeZone: string;
  readonly errors: PipelineError[];
}

async function completeRule(
  rule: Expectation,
  dataset: string,
  { schemas, timeZone, errors }: Completion,
): Promise<Expectation> {
  const condition = parsed(rule);
  if (condition === undefined) return rule;
  const query: Relation = { kind: "Filter", input: { kind: "OneRow" }, condition };
  try {
    const completed = await schemas.complete(query);
    if (completed === query || completed.kind !== "Filter") return rule;
    return { ...rule, text: ruleText(rule, timeZone), condition: completed.condition };
  } catch (error) {
    if (!isQueryError(error)) throw error;
    errors.push(...fromQueryError(error, dataset, rule.origin));
    return rule;
  }
}

function parsed(rule: Expectation) {
  try {
    return ruleExpression(rule);
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return undefined;
  }
}
