import {
  type IdentityColumn,
  identityColumns,
  identityOf,
  type StructField,
  type StructType,
  simpleString,
} from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { AnalyzedFlow } from "./analyze-flow.ts";
import type { Dataset } from "./dataflow-graph.ts";
import type { DeclaredDataset } from "./declared-graph.ts";
import { findField } from "./storable-type.ts";

/**
 * What is wrong about the columns that a dataset numbers: only streaming tables that rows are appended to have them, as they would be numbered anew in a view and
 * know no changes; they are BIGINT, no partition, there from the table's beginning (`stored` is absent for a table that begins), and with ALWAYS no query gives them.
 */
export function identityErrors(
  dataset: DeclaredDataset,
  kind: Dataset["kind"],
  { schema, stored }: { readonly schema: StructType; readonly stored: StructType | undefined },
  flows: readonly AnalyzedFlow[],
): readonly PipelineError[] {
  return identityColumns(schema).flatMap(({ column, identity }) => [
    ...placeErrors(dataset, kind, column, flows),
    ...columnErrors(dataset, column, identity, stored),
    ...(identity.allowsExplicit ? [] : givenErrors(dataset, column, flows)),
  ]);
}

function placeErrors(
  { declaration }: DeclaredDataset,
  kind: Dataset["kind"],
  column: StructField,
  flows: readonly AnalyzedFlow[],
): readonly PipelineError[] {
  const isChanged = flows.some((flow) => flow.changes !== undefined || flow.snapshots !== undefined);
  if (kind === "StreamingTable" && !isChanged) return [];
  const where = isChanged ? "a table of changes" : "a materialized view";
  const feature = `The identity column "${column.name}" in ${where}`;
  const plan = "Make the key from the row: a hash such as xxhash64(..), or row_number() in a materialized view.";
  return [new PipelineError("UNSUPPORTED_FEATURE", { feature, plan }, { origin: declaration.origin })];
}

function columnErrors(
  { name, declaration }: DeclaredDataset,
  column: StructField,
  identity: IdentityColumn,
  stored: StructType | undefined,
): readonly PipelineError[] {
  const known = stored && findField(stored, column.name);
  const reasons = [
    ...(stored === undefined || (known && identityOf(known))
      ? []
      : ["the table was made without it, and its rows would have no number; run a full refresh of the table"]),
    ...(column.dataType.kind === "long" ? [] : [`it is ${simpleString(column.dataType)}, not BIGINT`]),
    ...(identity.step === 0n ? ["its step is 0"] : []),
    ...(isAmong(declaration.partitionBy, column) ? ["the table is partitioned by it"] : []),
  ];
  const params = { dataset: name.display, column: column.name };
  const { origin } = declaration;
  return reasons.map((reason) => new PipelineError("INVALID_IDENTITY_COLUMN", { ...params, reason }, { origin }));
}

function isAmong(names: readonly string[], { name }: StructField): boolean {
  return names.some((one) => one.toLowerCase() === name.toLowerCase());
}

function givenErrors(
  { name }: DeclaredDataset,
  column: StructField,
  flows: readonly AnalyzedFlow[],
): readonly PipelineError[] {
  return flows
    .filter((flow) => flow.columns.some((one) => one.name.toLowerCase() === column.name.toLowerCase()))
    .map((flow) => {
      const reason = `the query of flow "${flow.flow.name}" gives it, but it is GENERATED ALWAYS`;
      const params = { dataset: name.display, column: column.name, reason };
      return new PipelineError("INVALID_IDENTITY_COLUMN", params, { origin: flow.flow.declaration.origin });
    });
}
