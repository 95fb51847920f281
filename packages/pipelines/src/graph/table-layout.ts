import { type DataType, type StructType, simpleString } from "@sluice/query";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { tableProperty } from "../engine/table-property.ts";
import type { DeclaredDataset } from "./declared-graph.ts";

/** How a dataset's table is laid out on disk. Columns are spelled as in the schema. */
interface TableLayout {
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  /** Table properties without those that only asked for clustering. */
  readonly properties: Readonly<Record<string, string>>;
}

/** A layout with what is wrong with it. */
export interface LayoutOutcome extends TableLayout {
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

const MAX_CLUSTERING_COLUMNS = 4;
const NOT_PARTITIONABLE = ["array", "map", "struct", "binary", "variant"];
const NOT_CLUSTERABLE = ["boolean", "binary", "array", "map", "struct", "variant", "void"];

/** Checks partition and clustering columns against the schema, and takes `delta.enableLiquidClustering` with `delta.clusterBy` for clustering. */
export function layoutTable(dataset: DeclaredDataset, schema: StructType): LayoutOutcome {
  const { declaration, name } = dataset;
  const { origin } = declaration;
  const asked = askedClustering(dataset);
  const { columns, fromProperties } = asked;
  const warnings =
    columns.length > 0
      ? [new PipelineError("CLUSTERING_NOT_APPLIED", { dataset: name.display, columns, fromProperties }, { origin })]
      : [];
  const together = declaration.partitionBy.length > 0 && asked.columns.length > 0;
  const options = ["partitionCols", "clusterBy"];
  const errors = [
    ...(together ? [new PipelineError("CANNOT_SET_TOGETHER", { dataset: name.display, options }, { origin })] : []),
    ...partitionErrors(dataset, schema),
    ...clusteringErrors(dataset, asked.columns, schema),
  ];
  return {
    partitionBy: declaration.partitionBy.map((column) => spelledAs(schema, column)),
    clusterBy: asked.columns.map((column) => spelledAs(schema, column)),
    properties: asked.properties,
    errors,
    warnings,
  };
}

interface Asked {
  readonly columns: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly fromProperties: boolean;
}

/** `["AUTO"]` leaves the choice to us: no columns, unless there is a column of that name. */
function askedClustering(dataset: DeclaredDataset): Asked {
  const { clusterBy, tableProperties } = dataset.declaration;
  const entries = Object.entries(tableProperties);
  const listed = splitColumns(tableProperty(tableProperties, "delta.clusterBy") ?? "");
  const enabled = (tableProperty(tableProperties, "delta.enableLiquidClustering") ?? "true").toLowerCase() === "true";
  const own = ["delta.clusterby", "delta.enableliquidclustering"];
  const properties = Object.fromEntries(entries.filter(([key]) => !own.includes(key.toLowerCase())));
  const auto = clusterBy.length === 1 && clusterBy[0]?.toUpperCase() === "AUTO";
  if (clusterBy.length > 0) return { columns: auto ? [] : clusterBy, properties, fromProperties: false };
  return { columns: enabled ? listed : [], properties, fromProperties: enabled && listed.length > 0 };
}

function splitColumns(text: string): readonly string[] {
  return text
    .replace(/[[\]"'`()]/g, "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
}

function partitionErrors(dataset: DeclaredDataset, schema: StructType): readonly PipelineError[] {
  const { partitionBy, origin } = dataset.declaration;
  const name = dataset.name.display;
  const top = schema.fields.map((one) => one.name);
  const missing = partitionBy
    .filter((column) => !top.some((one) => one.toLowerCase() === column.toLowerCase()))
    .map((column) => {
      const closest = closestMatch(column, top);
      const params = { dataset: name, column, ...(closest === undefined ? {} : { closest }) };
      return new PipelineError("PARTITION_COLUMN_NOT_FOUND", params, { origin });
    });
  const all = partitionBy.length > 0 && missing.length === 0 && partitionBy.length >= top.length;
  const others = all
    ? [new PipelineError("ALL_COLUMNS_ARE_PARTITION_COLUMNS", { dataset: name }, { origin })]
    : missing;
  return [...others, ...partitionTypeErrors(dataset, schema)];
}

function partitionTypeErrors({ declaration, name }: DeclaredDataset, schema: StructType): readonly PipelineError[] {
  return declaration.partitionBy.flatMap((column) => {
    const type = schema.fields.find((one) => one.name.toLowerCase() === column.toLowerCase())?.dataType;
    if (type === undefined || !NOT_PARTITIONABLE.includes(type.kind)) return [];
    const params = { dataset: name.display, column, type: simpleString(type) };
    return [new PipelineError("DELTA_INVALID_PARTITION_COLUMN_TYPE", params, { origin: declaration.origin })];
  });
}

function clusteringErrors(
  dataset: DeclaredDataset,
  columns: readonly string[],
  schema: StructType,
): readonly PipelineError[] {
  const { origin } = dataset.declaration;
  const name = dataset.name.display;
  const tooMany = columns.length > MAX_CLUSTERING_COLUMNS;
  return [
    ...(tooMany ? [new PipelineError("TOO_MANY_CLUSTERING_COLUMNS", { dataset: name, columns }, { origin })] : []),
    ...columns.flatMap((column): readonly PipelineError[] => {
      const type = typeAt(schema, column);
      if (type === undefined) {
        const closest = closestMatch(
          column,
          schema.fields.map((one) => one.name),
        );
        const params = { dataset: name, column, ...(closest === undefined ? {} : { closest }) };
        return [new PipelineError("CLUSTERING_COLUMN_NOT_FOUND", params, { origin })];
      }
      if (!NOT_CLUSTERABLE.includes(type.kind)) return [];
      const params = { dataset: name, column, type: simpleString(type) };
      return [new PipelineError("DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED", params, { origin })];
    }),
  ];
}

/** The type of a column, or of a field inside one by dots; a column whose name holds dots comes first. */
function typeAt(type: DataType, path: string): DataType | undefined {
  if (type.kind !== "struct") return undefined;
  for (const one of type.fields) {
    const name = one.name.toLowerCase();
    const wanted = path.toLowerCase();
    if (wanted === name) return one.dataType;
    const inner = wanted.startsWith(`${name}.`) ? typeAt(one.dataType, path.slice(name.length + 1)) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function spelledAs(schema: StructType, column: string): string {
  return schema.fields.find((one) => one.name.toLowerCase() === column.toLowerCase())?.name ?? column;
}
