import type { DataType, StructType } from "@sluice/query";
import type { Engine, Session, TableDescription, TableTarget } from "../engine/engine.ts";

/** What rewriting a table needs. */
export interface WideningWorld {
  readonly engine: Pick<Engine, "tables" | "write">;
  readonly session: Session;
  readonly pipelineId: string;
}

/**
 * Rewrites a stored table whose columns have got wider types, in one commit that changes no data, so that streams of the table pass over it and readers without Delta's
 * type widening read the table as before. Does nothing when no type differs, or when there is no table. `stored` is the table as it is.
 */
export async function widenTable(
  target: TableTarget,
  stored: TableDescription | undefined,
  { engine, session, pipelineId }: WideningWorld,
): Promise<void> {
  if (stored === undefined || !isWider(stored.schema, target.schema)) return;
  const output = stored.schema.fields.map((field, i) => ({ ...field, id: i + 1 }));
  const leaf = { kind: "NamedTable", name: [target.name], streaming: false, options: {} } as const;
  const parameters = { columns: JSON.stringify(target.schema.fields.map((field) => field.name)) };
  await engine.write({
    target: { ...target, schema: withStoredOnly(target.schema, stored.schema) },
    mode: "rewrite",
    plan: { kind: "Scan", scan: 0, leaf, streaming: false, output },
    inputs: new Map([[0, { kind: "TableVersion", location: target.location, version: stored.version }]]),
    session,
    transaction: { appId: `${pipelineId}/type-widening`, version: stored.version },
    states: [],
    operation: "CHANGE COLUMNS",
    operationParameters: parameters,
  });
}

/** Columns that only the table has stay. */
function withStoredOnly(wanted: StructType, stored: StructType): StructType {
  const names = new Set(wanted.fields.map((field) => field.name.toLowerCase()));
  return {
    kind: "struct",
    fields: [...wanted.fields, ...stored.fields.filter((one) => !names.has(one.name.toLowerCase()))],
  };
}

/** Whether a type that both have differs, at any depth; new columns and fields do not count. */
function isWider(stored: DataType, wanted: DataType): boolean {
  if (stored.kind === "struct" && wanted.kind === "struct") {
    return stored.fields.some((one) => {
      const other = wanted.fields.find((field) => field.name.toLowerCase() === one.name.toLowerCase());
      return other !== undefined && isWider(one.dataType, other.dataType);
    });
  }
  if (stored.kind === "array" && wanted.kind === "array") return isWider(stored.element, wanted.element);
  if (stored.kind === "map" && wanted.kind === "map") return isWider(stored.value, wanted.value);
  if (stored.kind === "decimal" && wanted.kind === "decimal") {
    return stored.precision !== wanted.precision || stored.scale !== wanted.scale;
  }
  return stored.kind !== "void" && stored.kind !== wanted.kind;
}
