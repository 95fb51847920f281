import { mapLeaves, type Relation } from "@sluice/query";

/** What `USE CATALOG` and `USE SCHEMA` of a file said: names without these parts get them. */
export interface NameDefaults {
  readonly catalog?: string;
  readonly schema?: string;
}

const PATH = /[/\\:]/;

/** A name with the parts that it lacks, as far as USE gave some. `LIVE.` stays in front. */
export function qualified(name: readonly string[], { catalog, schema }: NameDefaults): readonly string[] {
  if (name.length > 1 && name[0]?.toLowerCase() === "live") {
    return ["LIVE", ...qualified(name.slice(1), { ...(catalog && { catalog }), ...(schema && { schema }) })];
  }
  if (name.length === 1 && schema !== undefined) return [...(catalog === undefined ? [] : [catalog]), schema, ...name];
  return name.length === 2 && catalog !== undefined && !PATH.test(name[1] ?? "") ? [catalog, ...name] : name;
}

/** A query with the names of the tables that it reads completed. */
export function withNames(query: Relation, names: NameDefaults): Relation {
  if (names.catalog === undefined && names.schema === undefined) return query;
  return mapLeaves(query, (leaf) =>
    leaf.kind === "NamedTable" ? { ...leaf, name: qualified(leaf.name, names) } : leaf,
  );
}
