import type { TableTarget, WriteRequest } from "../engine/engine.ts";
import { VIOLATION_SCHEMA } from "../engine/engine.ts";
import {
  expectationsLocation,
  quarantineLocation,
  quarantineSchema,
  quarantineTableName,
} from "../expectation/system-table.ts";
import { type Dataset, type ResolvedFlow, rowSchema } from "../graph/dataflow-graph.ts";
import { takesAnyNames } from "../graph/sink-rules.ts";
import { keysProperty } from "../graph/stored-keys.ts";
import { kindProperties, privacyProperty } from "../graph/stored-kind.ts";

const VIOLATIONS_KEPT = 1000;

/** The Delta table of a stored dataset. @throws Error for a view. */
export function tableTarget(dataset: Dataset): TableTarget {
  if (dataset.location === undefined) throw new Error(`"${dataset.displayName}" is a view and has no table`);
  const { partitionBy, clusterBy, tableProperties, comment, sink, keys, private: isPrivate } = dataset.declaration;
  return {
    location: dataset.location,
    name: dataset.displayName,
    schema: dataset.schema,
    partitionBy,
    clusterBy,
    properties:
      sink === undefined
        ? {
            ...mergeProperties(dataset),
            ...tableProperties,
            ...kindProperties(dataset.kind),
            ...privacyProperty(isPrivate),
            ...keysProperty(keys),
          }
        : {},
    ...(comment === undefined ? {} : { comment }),
    ...(sink !== undefined && takesAnyNames(sink) ? { anyNames: true } : {}),
  };
}

/** Rows that changes take away are marked, unless the table is told to write its files anew. */
function mergeProperties({ changes }: Dataset): TableTarget["properties"] {
  return changes === undefined ? {} : { "delta.enableDeletionVectors": "true" };
}

/** What a write of a flow's rows needs besides the rows: the target, and where rows that broke its rules are kept. */
export function writeTargets(
  dataset: Dataset,
  flow: ResolvedFlow,
  storage: string,
): Pick<WriteRequest, "target" | "quarantine" | "violations"> {
  const target = tableTarget(dataset);
  if (flow.rules.length === 0) return { target };
  return {
    target,
    violations: { target: violationsTarget(dataset, storage), limit: VIOLATIONS_KEPT },
    ...(flow.rules.some((rule) => rule.policy === "quarantine")
      ? { quarantine: quarantineTarget(target, dataset) }
      : {}),
  };
}

function violationsTarget(dataset: Dataset, storage: string): TableTarget {
  return {
    location: expectationsLocation(storage, dataset.name),
    name: `${dataset.displayName}_expectations`,
    schema: VIOLATION_SCHEMA,
    partitionBy: [],
    clusterBy: [],
    properties: {},
  };
}

/** Where rows go that break a `quarantine` rule of a table; private as that is. */
export function quarantineTarget(target: TableTarget, dataset: Dataset): TableTarget {
  return {
    location: quarantineLocation(target.location),
    name: quarantineTableName(target.name),
    schema: quarantineSchema(rowSchema(dataset)),
    partitionBy: [],
    clusterBy: [],
    properties: { ...kindProperties("Quarantine"), ...privacyProperty(dataset.declaration.private) },
  };
}
