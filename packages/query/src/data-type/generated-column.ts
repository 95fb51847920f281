import type { StructField, StructType } from "./data-type.ts";

const KEY = "delta.generationExpression";

/** The SQL text that a column's metadata say its values are computed by, from others of their row; undefined for other columns. (Delta protocol, Generated Columns) */
export function generationOf({ metadata }: Pick<StructField, "metadata">): string | undefined {
  const text = metadata[KEY];
  return typeof text === "string" ? text : undefined;
}

/** The columns that a table computes, in its order. */
export function generatedColumns(
  schema: StructType,
): readonly { readonly column: StructField; readonly text: string }[] {
  return schema.fields.flatMap((column) => {
    const text = generationOf(column);
    return text === undefined ? [] : [{ column, text }];
  });
}

/** The same as Delta keeps it in a column's metadata. */
export function generationMetadata(text: string): StructField["metadata"] {
  return { [KEY]: text };
}

/** The column as one that rows bring. */
export function withoutGeneration(column: StructField): StructField {
  const { [KEY]: _, ...metadata } = column.metadata;
  return { ...column, metadata };
}
