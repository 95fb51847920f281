import type { Attribute, DataType, Plan, StructType, Typed, Value } from "@sluice/query";
import type { Inputs } from "../engine/engine.ts";
import { EVENT_SCHEMA, toEventRow } from "./event-row.ts";
import type { PipelineEvent } from "./pipeline-event.ts";

/**
 * Events as rows of {@link EVENT_SCHEMA}. Only what differs between them is written out row by row; what they have in common stands above, once: a batch of
 * events is mostly the same NULLs and the same pipeline.
 */
export function eventsPlan(events: readonly PipelineEvent[]): { readonly plan: Plan; readonly inputs: Inputs } {
  const varying: { readonly attribute: Attribute; readonly values: readonly Value[] }[] = [];
  const firstId = EVENT_SCHEMA.fields.length;
  const compose = (values: readonly Value[], dataType: DataType): Typed => {
    const first = values[0] ?? null;
    if (values.every((value) => sameValue(value, first))) return literal(first, dataType);
    if (dataType.kind === "struct" && values.every(Array.isArray)) return structOf(values, dataType, compose);
    const attribute = {
      id: firstId + varying.length,
      name: `c${varying.length}`,
      dataType,
      nullable: true,
      metadata: {},
    };
    varying.push({ attribute, values });
    return { kind: "Column", id: attribute.id, name: attribute.name, dataType, nullable: true };
  };
  const rows = events.map(toEventRow);
  const output = EVENT_SCHEMA.fields.map((column, id): Attribute => ({ id, ...column }));
  const columns = output.map((attribute, i) => ({
    attribute,
    expression: compose(
      rows.map((row) => row[i] ?? null),
      attribute.dataType,
    ),
  }));
  const leaf = { kind: "NamedTable", name: ["events"], streaming: false, options: {} } as const;
  const scanned = varying.map(({ attribute }) => attribute);
  const input: Plan = { kind: "Scan", scan: 0, leaf, streaming: false, output: scanned };
  const given = rows.map((_, i) => varying.map(({ values }) => values[i] ?? null));
  return { plan: { kind: "Project", input, output, columns }, inputs: new Map([[0, { kind: "Rows", rows: given }]]) };
}

function structOf(
  values: readonly Value[],
  dataType: StructType,
  compose: (values: readonly Value[], dataType: DataType) => Typed,
): Typed {
  const args = dataType.fields.map((field, i) =>
    compose(
      values.map((value) => (Array.isArray(value) ? (value[i] ?? null) : null)),
      field.dataType,
    ),
  );
  return { kind: "Call", name: "struct", args, dataType, nullable: false };
}

function sameValue(left: Value, right: Value): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((item, i) => sameValue(item, right[i] ?? null));
}

function literal(value: Value, dataType: DataType): Typed {
  return { kind: "Literal", value, dataType, nullable: value === null };
}
