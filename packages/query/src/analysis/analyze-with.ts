import type { With } from "../relation/relation.ts";
import { relationChildren, relationSubqueries } from "../rewrite/relation-children.ts";
import { aliased } from "./analyze-columns.ts";
import { analyzeRecursive, refersTo } from "./analyze-recursive.ts";
import { type Analyzed, columnOf, type Environment, visibleColumns, withTable } from "./scope.ts";
import type { Session } from "./session.ts";

/** WITH: each definition is analyzed once, whether and how often it is read. */
export function analyzeWith(relation: With, environment: Environment, session: Session): Analyzed {
  return session.analyzeRelation(relation.input, withDefinitions(relation, environment, session));
}

/** What surrounds the input of a WITH. */
function withDefinitions(relation: With, environment: Environment, session: Session): Environment {
  const references = countReferences(relation);
  let around = environment;
  for (const definition of relation.definitions) {
    const isLoop = relation.recursive && refersTo(definition.relation, definition.name);
    const analyzed = isLoop
      ? analyzeRecursive(definition, around, session, withDefinitions)
      : session.analyzeRelation(definition.relation, around);
    const shared = (references.get(definition.name.toLowerCase()) ?? 0) > 1;
    around = withTable(around, { definition, analyzed, shared });
  }
  return around;
}

/** How often each name is read in a WITH, at most: an inner WITH may mean another by it. */
function countReferences(relation: With): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const waiting: Parameters<typeof relationChildren>[0][] = [relation];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (one.kind === "NamedTable" && one.name.length === 1) {
      const name = (one.name[0] ?? "").toLowerCase();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    waiting.push(...relationChildren(one), ...relationSubqueries(one));
  }
  return counts;
}

/** The rows that a name of WITH means; undefined for other names. */
export function commonTable(
  name: readonly string[],
  { commonTables }: Environment,
  session: Session,
): Analyzed | undefined {
  const [only = ""] = name;
  const table = name.length === 1 ? commonTables.get(only.toLowerCase()) : undefined;
  if (table === undefined) return undefined;
  const { analyzed, definition, shared } = table;
  const { columns, relation } = definition;
  return aliased(shared ? reference(analyzed, session) : analyzed, only, columns, session, relation);
}

/** Columns of one's own over a plan that others read too. Hidden ones stay behind: they would double with each pair of references. */
function reference({ plan, columns, poisoned }: Analyzed, session: Session): Analyzed {
  const own = visibleColumns(columns).map(({ attribute, qualifier }) => ({
    column: { attribute: session.copyOf(attribute), qualifier },
    expression: columnOf(attribute),
  }));
  const named = own.map(({ column, expression }) => ({ attribute: column.attribute, expression }));
  return {
    plan: { kind: "Project", input: plan, columns: named, output: named.map((one) => one.attribute) },
    columns: own.map(({ column }) => column),
    poisoned,
  };
}
