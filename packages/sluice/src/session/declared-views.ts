import { type Declarations, type PipelineSettings, parseDatasetName, ruleExpression } from "@sluice/pipelines";
import type { DeclaredView } from "./pipeline-ties.ts";

/** The views of a pipeline's files by canonical name, their rules included. Views whose query fails are left out: `validate` says why. */
export function declaredViews(
  { datasets, flows }: Declarations,
  settings: PipelineSettings,
): ReadonlyMap<string, DeclaredView> {
  const views = new Map<string, DeclaredView>();
  for (const dataset of datasets) {
    if (dataset.kind !== "TemporaryView") continue;
    const flow = flows.find((one) => one.target === dataset.name);
    try {
      const relation = flow?.query().relation;
      if (relation === undefined) continue;
      const rules = dataset.expectations.map((one) => ({
        name: one.name,
        policy: one.policy,
        condition: ruleExpression(one),
      }));
      const { nullIsViolation } = settings;
      const { canonical, display } = parseDatasetName(dataset.name, settings);
      views.set(canonical, {
        relation,
        resolved: { kind: "View", relation, dataset: display, rules, nullIsViolation },
      });
    } catch {}
  }
  return views;
}
