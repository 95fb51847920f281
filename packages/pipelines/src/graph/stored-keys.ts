import { backQuote } from "@sluice/query";
import type { KeyConstraint } from "../declaration/declaration.ts";

/** The property of a stored table that has its keys, as JSON. */
export const KEYS_PROPERTY = "sluice.keys";

/** The property that tells readers a table's keys; none for one that has never had any. `stored` are the table's properties as it is. */
export function keysProperty(
  keys: readonly KeyConstraint[] = [],
  stored: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return keys.length === 0 && storedKeys(stored).length === 0 ? {} : { [KEYS_PROPERTY]: JSON.stringify(keys) };
}

/** The keys that a stored table was declared with, by its properties. They are information, never enforced. */
export function storedKeys(properties: Readonly<Record<string, string>>): readonly KeyConstraint[] {
  const text = properties[KEYS_PROPERTY];
  return text === undefined ? [] : (JSON.parse(text) as readonly KeyConstraint[]);
}

/** A key's name: the one that it was given, or the one that Databricks gives. `table` is without schema. */
export function keyName(key: KeyConstraint, table: string): string {
  if (key.name !== undefined) return key.name;
  if (key.kind === "PrimaryKey") return `${table}_pk`;
  return `${table}_${key.references.table.split(".").at(-1)}_fk`;
}

/** A key as SQL has it: ``PRIMARY KEY (`id`)``. */
export function keyText(key: KeyConstraint): string {
  if (key.kind === "PrimaryKey") return `PRIMARY KEY (${listed(key.columns)})`;
  const { table, columns } = key.references;
  const target = table.split(".").map(backQuote).join(".");
  const referenced = columns.length === 0 ? "" : ` (${listed(columns)})`;
  return `FOREIGN KEY (${listed(key.columns)}) REFERENCES ${target}${referenced}`;
}

function listed(columns: readonly string[]): string {
  return columns.map(backQuote).join(", ");
}
