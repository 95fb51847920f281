import { indexedColumns, type Leaf, type StatisticsSettings } from "./indexed-columns.ts";
import { type BoundSide, boundToJson } from "./statistics-text.ts";

/** What DuckDB's `COPY .. (RETURN_STATS)` says about one Parquet file. Times must have been printed in UTC. */
export interface ParquetFacts {
  readonly rows: number | bigint;
  /**
   * By leaf column, written as DuckDB does: each name in double quotes (doubled inside), joined by dots. Of each, the texts `min`, `max`, `null_count` and
   * `has_nan` are used; others, and columns unknown to the schema, are ignored.
   */
  readonly columns: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

type Tree = { [name: string]: string | Tree };

const DEFAULT_STRING_LENGTH = 32;

/**
 * Delta's statistics of a new file, as JSON text: rows, bounds and NULL counts of the columns that `settings` name. Bounds are left out for types that Delta
 * has none for, for columns with NaN, and where a file has none. NULLs of arrays and maps are not counted.
 */
export function toStatistics(file: ParquetFacts, settings: StatisticsSettings): string {
  const length = Number(settings.configuration["delta.dataSkippingStringPrefixLength"] ?? DEFAULT_STRING_LENGTH);
  const trees: Record<"minValues" | "maxValues" | "nullCount", Tree> = { minValues: {}, maxValues: {}, nullCount: {} };
  for (const leaf of indexedColumns(settings)) {
    const facts = file.columns[leaf.path.map(quote).join(".")];
    if (facts === undefined || leaf.dataType.kind === "array" || leaf.dataType.kind === "map") continue;
    put(trees.minValues, leaf, bound(facts, leaf, "minimum", length));
    put(trees.maxValues, leaf, bound(facts, leaf, "maximum", length));
    put(trees.nullCount, leaf, /^\d+$/.test(facts["null_count"] ?? "") ? facts["null_count"] : undefined);
  }
  return print({ numRecords: file.rows.toString(), ...trees, tightBounds: "true" });
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function bound(
  facts: Readonly<Record<string, string | null>>,
  leaf: Leaf,
  side: BoundSide,
  stringLength: number,
): string | undefined {
  const value = facts[side === "minimum" ? "min" : "max"];
  if (value === undefined || value === null || isTrue(facts["has_nan"])) return undefined;
  return boundToJson(value, leaf.dataType, side, stringLength);
}

function isTrue(text: string | null | undefined): boolean {
  return text === "true" || text === "1";
}

function put(tree: Tree, leaf: Leaf, json: string | null | undefined): void {
  if (json === undefined || json === null) return;
  let node = tree;
  for (const name of leaf.path.slice(0, -1)) {
    const inner = node[name];
    const next: Tree = typeof inner === "object" ? inner : {};
    node[name] = next;
    node = next;
  }
  node[leaf.path.at(-1) ?? ""] = json;
}

function print(tree: Tree): string {
  const parts = Object.entries(tree).map(([name, node]) => {
    return `${JSON.stringify(name)}:${typeof node === "string" ? node : print(node)}`;
  });
  return `{${parts.join(",")}}`;
}
