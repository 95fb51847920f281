import type { Leaf, Relation } from "../relation/relation.ts";
import { relationChildren, relationSubqueries } from "../rewrite/relation-children.ts";
import { isRange, tableGenerator } from "./analyze-leaf.ts";

/** The leaves of a relation that the world must resolve: the very objects, in order, those of sub-queries included. Names of WITH, `range` and generators are none. */
export function collectLeaves(relation: Relation): readonly Leaf[] {
  return leavesOf(relation, new Set());
}

function leavesOf(relation: Relation, defined: ReadonlySet<string>): readonly Leaf[] {
  switch (relation.kind) {
    case "NamedTable":
      return relation.name.length === 1 && defined.has((relation.name[0] ?? "").toLowerCase()) ? [] : [relation];
    case "DataSource":
      return [relation];
    case "TableFunction":
      if (isRange(relation) || tableGenerator(relation)) return ofSubqueries(relation, defined);
      return [relation, ...ofSubqueries(relation, defined)];
    case "With":
      return leavesOfWith(relation, defined);
    default:
      return [
        ...relationChildren(relation).flatMap((child) => leavesOf(child, defined)),
        ...ofSubqueries(relation, defined),
      ];
  }
}

function ofSubqueries(relation: Relation, defined: ReadonlySet<string>): readonly Leaf[] {
  return relationSubqueries(relation).flatMap((one) => leavesOf(one, defined));
}

function leavesOfWith(relation: Extract<Relation, { kind: "With" }>, defined: ReadonlySet<string>): readonly Leaf[] {
  const names = new Set(defined);
  const leaves: Leaf[] = [];
  for (const { name, relation: definition } of relation.definitions) {
    if (relation.recursive) names.add(name.toLowerCase());
    leaves.push(...leavesOf(definition, names));
    names.add(name.toLowerCase());
  }
  return [...leaves, ...leavesOf(relation.input, names)];
}
