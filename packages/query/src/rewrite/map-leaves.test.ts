import { expect, test } from "vitest";
import { collectLeaves } from "../analysis/collect-leaves.ts";
import type { Leaf } from "../relation/relation.ts";
import { parseQuery } from "../sql/parser.ts";
import { mapLeaves } from "./map-leaves.ts";

const renamed = (leaf: Leaf): Leaf => (leaf.kind === "NamedTable" ? { ...leaf, name: ["s", ...leaf.name] } : leaf);

test.each([
  "SELECT * FROM a JOIN b ON a.x IN (SELECT x FROM c WHERE EXISTS (SELECT 1 FROM d)) WHERE y > (SELECT max(z) FROM e)",
  "SELECT x FROM a GROUP BY x HAVING count(*) > (SELECT 1 FROM b) ORDER BY (SELECT 1 FROM c) LIMIT 3",
  "SELECT * FROM a UNION ALL SELECT * FROM STREAM b LATERAL VIEW explode((SELECT y FROM c)) t AS q",
  "SELECT * FROM a PIVOT (sum(x) FOR y IN (1, 2)) QUALIFY row_number() OVER (ORDER BY x) > (SELECT 1 FROM b)",
  "SELECT * FROM f(TABLE(q), 1) JOIN a USING (x)",
])("every leaf is reached once: %s", (text) => {
  const query = parseQuery(text);
  const seen: Leaf[] = [];
  const mapped = mapLeaves(query, (leaf) => {
    seen.push(leaf);
    return renamed(leaf);
  });
  const leaves = collectLeaves(query);
  expect(new Set(seen)).toEqual(new Set(leaves));
  expect(seen).toHaveLength(leaves.length);
  expect(new Set(collectLeaves(mapped).map(nameOf))).toEqual(new Set(leaves.map((leaf) => nameOf(renamed(leaf)))));
});

test("names that WITH defines are none, from where they are defined", () => {
  const query = parseQuery(
    "WITH a AS (SELECT * FROM a), b AS (SELECT * FROM A, c) SELECT * FROM b WHERE x IN (SELECT x FROM a, d)",
  );
  const names: string[] = [];
  mapLeaves(query, (leaf) => {
    names.push(nameOf(leaf));
    return leaf;
  });
  expect(names.sort()).toEqual(["a", "c", "d"]);
});

function nameOf(leaf: Leaf): string {
  return leaf.kind === "NamedTable" ? leaf.name.join(".") : leaf.kind;
}
