import type { RestatePreview, Stage } from "@sluice/pipelines";
import colors from "picocolors";
import { countOf, formatCount } from "../render/format.ts";
import type { Output } from "./output.ts";

/** Prints what a restatement would do to its table, with some of the rows that differ. */
export function showRestatement(
  { dataset, preview, request }: Extract<Stage, { kind: "RestateTable" }>,
  output: Output,
): void {
  if (request === undefined) return;
  if (preview === undefined) {
    output.text(`\n${dataset} has no changes yet: there is nothing to restate.\n`);
    return;
  }
  output.text(`\n${summary(dataset, preview)}\n`);
  if (preview.lost > 0) output.text(`${lostWarning(preview, request.lost)}\n`);
  if (preview.sample.length === 0) return;
  output.text("\n");
  output.grid(
    [{ title: "" }, ...preview.columns.map((title) => ({ title }))],
    preview.sample.map(({ side, values }) => {
      const paint = side === "-" ? colors.red : colors.green;
      return [side, ...values.map((value) => value ?? "NULL")].map(paint);
    }),
  );
  const more = preview.removed + preview.added - preview.sample.length;
  if (more > 0) output.text(`.. and ${countOf(more, "more row")}.\n`);
}

function summary(dataset: string, { keys, changes, rows, removed, added }: RestatePreview): string {
  const read = `${countOf(keys, "key")} of ${dataset}, from ${countOf(changes, "change")} read again`;
  if (removed + added === 0) return `${read}: all ${countOf(rows, "row")} stay as they are.`;
  return `${read}: ${formatCount(removed)} of ${countOf(rows, "row")} would go, ${formatCount(added)} would come.`;
}

function lostWarning({ lost }: RestatePreview, choice: string | undefined): string {
  const what = `${countOf(lost, "change")} that the table was made from ${lost === 1 ? "is" : "are"} no longer in its sources`;
  if (choice === "keep") return `${what}, and would be kept.`;
  if (choice === "forget") return colors.yellow(`${what}, and would be forgotten.`);
  return colors.yellow(
    `${what}: the run would be refused. --lost keep applies them as they are remembered, --lost forget lets them go; without them the table would be as shown.`,
  );
}
