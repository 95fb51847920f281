import {
  type DataType,
  identityOf,
  isDatetime,
  isNumeric,
  type StructField,
  type StructType,
  sameType,
  simpleString,
} from "@sluice/query";
import type { DatasetDeclaration } from "../declaration/declaration.ts";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { parseColumnText } from "../sql/parse-column-text.ts";
import type { DeclaredDataset } from "./declared-graph.ts";
import { findField } from "./storable-type.ts";

/** A declaration whose schema is no text any more; it stays text where it cannot be read, which is among the errors. */
export function withColumns(
  declaration: DatasetDeclaration,
  dataset: string,
): { readonly declaration: DatasetDeclaration; readonly errors: readonly PipelineError[] } {
  const { schema: text, keys = [], expectations, origin } = declaration;
  if (typeof text !== "string") return { declaration, errors: [] };
  const { columns, errors } = parseColumnText(text, dataset, origin);
  const { schema, generated } = columns;
  if (schema === undefined || errors.length > 0) return { declaration, errors };
  const all = { keys: [...keys, ...columns.keys], expectations: [...expectations, ...columns.expectations] };
  return { declaration: { ...declaration, schema, generated, ...all }, errors };
}

/** Where the columns of a query are not those declared, by name. */
export function declaredSchemaErrors(
  dataset: DeclaredDataset,
  declared: StructType,
  found: readonly Pick<StructField, "name" | "dataType">[],
): readonly PipelineError[] {
  const { origin } = dataset.declaration;
  const name = dataset.name.display;
  const missing = declared.fields.flatMap((column) => {
    const match = found.find((one) => one.name.toLowerCase() === column.name.toLowerCase());
    if (match !== undefined) return typeError(name, column, match, origin);
    if (identityOf(column) !== undefined) return [];
    const closest = closestMatch(
      column.name,
      found.map((one) => one.name),
    );
    const params = { dataset: name, column: column.name, ...(closest === undefined ? {} : { closest }) };
    return [new PipelineError("DATASET_SCHEMA_COLUMN_MISSING", params, { origin })];
  });
  const extra = found
    .filter((column) => findField(declared, column.name) === undefined)
    .map(
      (column) => new PipelineError("DATASET_SCHEMA_COLUMN_EXTRA", { dataset: name, column: column.name }, { origin }),
    );
  return [...missing, ...extra];
}

function typeError(
  dataset: string,
  declared: StructField,
  found: Pick<StructField, "dataType">,
  origin: PipelineError["origin"],
): readonly PipelineError[] {
  if (isStoredAs(found.dataType, declared.dataType)) return [];
  const params = {
    dataset,
    column: declared.name,
    declared: simpleString(declared.dataType),
    found: simpleString(found.dataType),
  };
  return [new PipelineError("DATASET_SCHEMA_MISMATCH", params, { origin })];
}

/**
 * Whether a query's values are written into a column of another type: Spark's rule for storing, and texts, whose values must then be of the type. Parts of
 * nested types stay as they are.
 */
function isStoredAs(found: DataType, declared: DataType): boolean {
  if (found.kind === "void" || sameType(declared, found)) return true;
  if (isNumeric(found)) return isNumeric(declared) || declared.kind === "string";
  if (isDatetime(found)) return isDatetime(declared) || declared.kind === "string";
  if (found.kind === "boolean") return declared.kind === "string";
  return found.kind === "string" && (isNumeric(declared) || isDatetime(declared) || declared.kind === "boolean");
}
