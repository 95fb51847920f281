import { simpleString } from "@sluice/query";
import { SEQUENCE, SYSTEM } from "../cdc/change-columns.ts";
import { TOMBSTONES, tombstoneText } from "../cdc/tombstones.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { AnalyzedFlow } from "./analyze-flow.ts";
import type { DeclaredDataset } from "./declared-graph.ts";

/** Where flows of changes into one dataset do not agree, or rows are appended beside them. */
export function changeFlowErrors(dataset: DeclaredDataset, flows: readonly AnalyzedFlow[]): readonly PipelineError[] {
  const [first, ...others] = flows.filter((flow) => flow.changes !== undefined);
  if (first === undefined) return [];
  const appending = dataset.flows.filter((flow) => flow.declaration.changes === undefined);
  const mixed =
    appending.length === 0
      ? []
      : [
          new PipelineError(
            "AUTOCDC_TARGET_HAS_APPEND_FLOWS",
            { dataset: dataset.name.display, flows: appending.map((flow) => flow.declaration.name) },
            { origin: appending[0]?.declaration.origin },
          ),
        ];
  const wrong = [...mixed, ...tombstoneErrors(dataset), ...generatedErrors(dataset, first)];
  return [...wrong, ...others.flatMap((flow) => disagreements(dataset, first, flow))];
}

/** A change that sets some columns does not have what a column is computed from. */
function generatedErrors({ declaration }: DeclaredDataset, { changes }: AnalyzedFlow): readonly PipelineError[] {
  const isPartial = changes?.setsColumns === true || (changes?.ignoresNull.length ?? 0) > 0;
  const [column] = declaration.generated ?? [];
  if (column === undefined || !isPartial) return [];
  const feature = `The generated column "${column.name}" in a table whose changes set only some of the columns`;
  const plan = "Compute the column in a materialized view over the table.";
  return [new PipelineError("UNSUPPORTED_FEATURE", { feature, plan }, { origin: declaration.origin })];
}

function tombstoneErrors({
  declaration: { name, origin, tableProperties },
}: DeclaredDataset): readonly PipelineError[] {
  const value = tombstoneText(tableProperties);
  if (value === undefined || /^\d{1,12}$/.test(value)) return [];
  const params = { where: `"${name}"`, option: TOMBSTONES, value, expected: "a whole number of seconds" };
  return [new PipelineError("INVALID_OPTION_VALUE", params, { origin })];
}

function disagreements(dataset: DeclaredDataset, first: AnalyzedFlow, flow: AnalyzedFlow): readonly PipelineError[] {
  return ASPECTS.filter(([, of]) => of(first) !== of(flow)).map(([differs, of]) => {
    const { name, origin } = flow.flow.declaration;
    return new PipelineError(
      "AUTOCDC_FLOWS_DISAGREE",
      { flow: name, dataset: dataset.name.display, differs, has: of(flow), firstHas: of(first) },
      { origin },
    );
  });
}

const ASPECTS: readonly (readonly [string, (flow: AnalyzedFlow) => string])[] = [
  ["keys", ({ changes }) => listed(changes?.keys)],
  ["SCD type", ({ changes }) => String(changes?.scdType)],
  ["columns", ({ changes }) => listed(changes?.columns)],
  ["tracked columns", ({ changes }) => listed(changes?.tracked)],
  ["columns whose NULLs are ignored", ({ changes }) => listed(changes?.ignoresNull)],
  ["a list of columns to update", ({ changes }) => (changes?.setsColumns ? "one" : "")],
  ["type of the sequence", ({ plan }) => typeOf(plan, SEQUENCE)],
  ["type of the system sequence", ({ plan }) => typeOf(plan, SYSTEM)],
];

function listed(names: readonly string[] = []): string {
  return [...names]
    .map((name) => name.toLowerCase())
    .sort()
    .join(", ");
}

function typeOf({ output }: AnalyzedFlow["plan"], column: string): string {
  const type = output.find((one) => one.name === column)?.dataType;
  return type === undefined ? "" : simpleString(type);
}
