import { encodeDataPath, type TableChange } from "@sluice/delta";
import type { WriteRequest } from "@sluice/pipelines";
import { partitionValues } from "../file-statistics.ts";
import type { MergedFiles, Output } from "../stage-output.ts";

/** What a merge's commit has beside added files. Any change of data by somebody else since the version that it has read is a conflict. */
export function mergeChange(request: WriteRequest, output: Output, merged: MergedFiles): Partial<TableChange> {
  const { remove, update, changes } = merged;
  const files = changes?.files.files.map((file) => ({
    path: encodeDataPath(changes.files.pathInTable(file)),
    partitionValues: partitionValues(changes.target, file),
    sizeBytes: file.sizeBytes,
  }));
  return {
    reads: "table",
    isolation: "Serializable",
    ...(remove.length === 0 ? {} : { remove }),
    ...(update.length === 0 ? {} : { update }),
    ...(files === undefined ? {} : { changes: files }),
    operationMetrics: metricsOf(request.operation, output, merged),
  };
}

/** In Delta's names, which differ by operation. */
function metricsOf(operation: string, output: Output, merged: MergedFiles): Readonly<Record<string, number>> {
  const { counts, copied, remove, update, changes } = merged;
  const added = output.files.files.length;
  const replaced = update.filter(({ file }) => file.deletionVector !== undefined).length;
  const vectors = {
    numDeletionVectorsAdded: update.length,
    numDeletionVectorsUpdated: replaced,
    numDeletionVectorsRemoved: replaced + remove.filter((file) => file.deletionVector !== undefined).length,
  };
  const files = {
    numAddedFiles: added,
    numRemovedFiles: remove.length,
    numAddedChangeFiles: changes?.files.files.length ?? 0,
  };
  if (operation === "DELETE") return { numDeletedRows: counts.deleted, numCopiedRows: copied, ...files, ...vectors };
  if (operation === "UPDATE") return { numUpdatedRows: counts.updated, numCopiedRows: copied, ...files, ...vectors };
  return {
    numTargetRowsInserted: counts.inserted,
    numTargetRowsUpdated: counts.updated,
    numTargetRowsDeleted: counts.deleted,
    numTargetRowsCopied: copied,
    numOutputRows: counts.inserted + counts.updated + copied,
    numTargetFilesAdded: added,
    numTargetFilesRemoved: remove.length,
    numTargetChangeFilesAdded: files.numAddedChangeFiles,
    numTargetDeletionVectorsAdded: vectors.numDeletionVectorsAdded,
    numTargetDeletionVectorsUpdated: vectors.numDeletionVectorsUpdated,
    numTargetDeletionVectorsRemoved: vectors.numDeletionVectorsRemoved,
  };
}
