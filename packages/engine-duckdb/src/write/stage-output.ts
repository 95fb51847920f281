import type { AddFile, FileUpdate, Snapshot } from "@sluice/delta";
import type { MergeCounts, StateWrite, TableTarget, WriteRequest } from "@sluice/pipelines";
import { holdsVariant, type StructField } from "@sluice/query";
import { quoteName } from "../compile/identifier.ts";
import { toStored } from "../compile/stored-value.ts";
import type { Connection } from "../connection/duck-db.ts";
import type { ReadContext } from "../read/prepare-scans.ts";
import type { Numbering } from "./numbering.ts";
import type { SampleCollector } from "./rule-samples.ts";
import { StagedFiles } from "./stage-files.ts";

/** A table that a write adds to. `staged` files are in no version yet; once they may be in one they are no longer ours to delete. */
export interface Output {
  /** `changes` are the change files of the main table, committed with it as `kept` files are. */
  readonly role: "main" | "kept" | "changes" | "state" | "quarantine" | "violations";
  readonly target: TableTarget;
  readonly files: StagedFiles;
  /** Of a state: how it is written. */
  write?: StateWrite;
  /** Of the target of a merge. */
  merged?: MergedFiles;
  /** Of a target that numbers the rows. */
  numbering?: Numbering;
  state: "staged" | "committing";
}

/** What a merge does to the files of its target beside adding some. */
export interface MergedFiles {
  /** What it has read. */
  readonly base: Snapshot;
  readonly remove: readonly AddFile[];
  readonly update: readonly FileUpdate[];
  /** The change files, for a table with a change feed. */
  readonly changes: Output | undefined;
  readonly counts: MergeCounts;
  /** Rows of rewritten files that were written anew as they were. */
  readonly copied: number;
}

/** One attempt to evaluate a request. `outputs` grows with every table that gets files. */
export interface StageContext {
  readonly request: WriteRequest;
  readonly connection: Connection;
  readonly read: ReadContext;
  readonly outputs: Output[];
  readonly samples: SampleCollector | undefined;
}

/** The rows of a SELECT as files hold them. */
function inFiles(select: string, fields: readonly StructField[]): string {
  if (!fields.some((one) => holdsVariant(one.dataType))) return select;
  const items = fields.map((one) => {
    const name = quoteName(one.name);
    return `${toStored(name, one.dataType)} AS ${name}`;
  });
  return `SELECT ${items.join(", ")} FROM (${select})`;
}

/** Writes the rows of a SELECT, whose columns are those of the target, as files of its next version. */
export async function stageOutput(
  context: StageContext,
  role: Output["role"],
  target: TableTarget,
  select: string,
): Promise<Output> {
  const below = role === "changes" ? "_change_data" : "";
  const files = new StagedFiles(target.location, context.read.copies, below);
  const output: Output = { role, target, files, state: "staged" };
  context.outputs.push(output);
  const { partitionBy } = target;
  const keepsOrder = role === "main" && context.request.keepsOrder === true && partitionBy.length === 0;
  const stored = target.schema.fields.filter((one) => one.dataType.kind !== "void");
  const hasBlooms = stored.every((one) => one.dataType.kind !== "binary");
  await output.files.write(context.connection, inFiles(select, stored), { partitionBy, keepsOrder, hasBlooms });
  context.read.tables.shapes.add(
    output.files.files.map((file) => output.files.locationOf(file)),
    stored.filter((one) => !target.partitionBy.includes(one.name)),
  );
  return output;
}
