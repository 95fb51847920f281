import { formatDiagnostic, type PipelineError } from "@sluice/pipelines";
import colors from "picocolors";
import { countOf } from "../render/format.ts";
import type { Pipeline, Validation } from "../session/pipeline.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** Says everything that is wrong with the pipeline, at once. Writes nothing. */
export async function validate(pipeline: Pipeline, output: Output): Promise<number> {
  const validation = await pipeline.validate();
  report(validation, pipeline, output);
  if (validation.graph === undefined) return EXIT.wrong;
  for (const dataset of validation.graph.datasets) {
    output.json({
      dataset: dataset.displayName,
      kind: dataset.kind,
      columns: dataset.schema.fields.map((field) => field.name),
    });
  }
  const { datasets, flows } = validation.graph;
  const counts = `${countOf(datasets.length, "dataset")}, ${countOf(flows.length, "flow")}`;
  output.text(`${colors.green("✓")} ${pipeline.settings.name} is valid: ${counts}.\n`);
  return EXIT.done;
}

/** Errors and warnings on stderr for people, as objects on stdout for machines. */
export function report(validation: Validation, pipeline: Pipeline, output: Output): void {
  const { errors, warnings } = validation;
  for (const problem of [...warnings, ...errors]) {
    output.json(problemJson(problem));
    output.note(
      `${formatDiagnostic(problem, { color: colors.isColorSupported, relativeTo: pipeline.settings.projectDir })}\n\n`,
    );
  }
  if (errors.length > 0)
    output.note(`${countOf(errors.length, "error")} in ${pipeline.settings.name}. Nothing was written.\n`);
}

function problemJson(problem: PipelineError): Record<string, unknown> {
  return {
    severity: problem.severity,
    code: problem.code,
    condition: problem.condition,
    message: problem.message,
    ...(problem.origin && { file: problem.origin.file, line: problem.origin.line, column: problem.origin.column }),
    ...(problem.next && { next: problem.next }),
  };
}
