import { unsupportedMessage } from "../expression/problem.ts";
import type { DropNulls, FillNulls, Pivot, Relation, Unpivot } from "../relation/relation.ts";
import { analyzeAggregate } from "./analyze-aggregate.ts";
import {
  analyzeAlias,
  analyzeDrop,
  analyzeRenamed,
  analyzeToDF,
  analyzeWatermark,
  analyzeWithColumns,
} from "./analyze-columns.ts";
import { analyzeFilter, analyzeSort } from "./analyze-filter.ts";
import { analyzeJoin } from "./analyze-join.ts";
import { analyzeInline, analyzeLeaf, analyzeLocal, analyzeTableFunction, nothing, oneRow } from "./analyze-leaf.ts";
import { analyzeDeduplicate, analyzeLateralView, analyzeLimit, analyzeSample } from "./analyze-rows.ts";
import { analyzeProject } from "./analyze-select.ts";
import { analyzeSetOperation } from "./analyze-set-operation.ts";
import { analyzeWith, commonTable } from "./analyze-with.ts";
import { lowerDropNulls, lowerFillNulls } from "./lower-nulls.ts";
import { lowerPivot, lowerUnpivot } from "./lower-pivot.ts";
import { type Analyzed, type Environment, visibleColumns } from "./scope.ts";
import { placeOf, type Session } from "./session.ts";

/** Analyzes a relation of any kind, and remembers its columns under its DataFrame's identity. */
export function analyzeAnyRelation(relation: Relation, environment: Environment, session: Session): Analyzed {
  const analyzed = dispatch(relation, environment, session);
  if (relation.planId !== undefined) {
    session.register(
      relation.planId,
      analyzed.columns.filter((column) => column.hidden !== "using").map((column) => column.attribute),
    );
  }
  if (!relation.origin && !relation.span) return analyzed;
  const { plan, columns, poisoned, select } = analyzed;
  const placed = { ...plan, ...placeOf(relation) };
  return select ? { plan: placed, columns, poisoned, select } : { plan: placed, columns, poisoned };
}

function dispatch(relation: Relation, environment: Environment, session: Session): Analyzed {
  switch (relation.kind) {
    case "NamedTable":
      return commonTable(relation.name, environment, session) ?? analyzeLeaf(relation, session);
    case "DataSource":
      return analyzeLeaf(relation, session);
    case "TableFunction":
      return analyzeTableFunction(relation, environment, session) ?? analyzeLeaf(relation, session);
    case "LocalRelation":
      return analyzeLocal(relation, session);
    case "InlineTable":
      return analyzeInline(relation, environment, session);
    case "OneRow":
      return oneRow();
    case "Project":
      return analyzeProject(relation, environment, session);
    case "Filter":
    case "Having":
    case "Qualify":
      return analyzeFilter(relation, environment, session);
    case "Join":
      return analyzeJoin(relation, environment, session);
    case "Aggregate":
      return analyzeAggregate(relation, environment, session);
    case "Sort":
      return analyzeSort(relation, environment, session);
    case "Limit":
    case "Offset":
      return analyzeLimit(relation, environment, session);
    case "Deduplicate":
      return analyzeDeduplicate(relation, environment, session);
    case "SetOperation":
      return analyzeSetOperation(relation, environment, session);
    case "SubqueryAlias":
      return analyzeAlias(relation, environment, session);
    case "WithColumns":
      return analyzeWithColumns(relation, environment, session);
    case "WithColumnsRenamed":
      return analyzeRenamed(relation, environment, session);
    case "Drop":
      return analyzeDrop(relation, environment, session);
    case "ToDF":
      return analyzeToDF(relation, environment, session);
    case "WithWatermark":
      return analyzeWatermark(relation, environment, session);
    case "LateralView":
      return analyzeLateralView(relation, environment, session);
    case "Sample":
      return analyzeSample(relation, environment, session);
    case "FillNulls":
    case "DropNulls":
    case "Pivot":
    case "Unpivot":
      return analyzeLowered(relation, environment, session);
    case "With":
      return analyzeWith(relation, environment, session);
    case "UnsupportedRelation":
      session.report("UNSUPPORTED_FEATURE", unsupportedMessage(relation), relation);
      return nothing();
  }
}

/** Relations that are short for others once the columns of their input are known: the input is analyzed once and stands in for itself. */
function analyzeLowered(
  relation: FillNulls | DropNulls | Pivot | Unpivot,
  environment: Environment,
  session: Session,
): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  if (input.poisoned) return nothing();
  const columns = visibleColumns(input.columns).map((column) => column.attribute);
  const naming = {
    displayName: (reference: { name: readonly string[] }) => reference.name.join("."),
    timeZone: session.options.timeZone,
    starNames: () => columns.map(({ name }) => name),
  };
  const lowered = lower(relation, columns, naming, session);
  if (lowered === undefined) return nothing();
  return session.withAnalyzed(relation.input, input, () => session.analyzeRelation(lowered, environment));
}

function lower(
  relation: FillNulls | DropNulls | Pivot | Unpivot,
  columns: Parameters<typeof lowerPivot>[1],
  naming: Parameters<typeof lowerPivot>[2],
  session: Session,
): Relation | undefined {
  switch (relation.kind) {
    case "FillNulls":
      return lowerFillNulls(relation, columns);
    case "DropNulls":
      return lowerDropNulls(relation, columns);
    case "Unpivot":
      return lowerUnpivot(relation, columns, naming);
    case "Pivot":
      if (relation.values.length > 0) return lowerPivot(relation, columns, naming);
      session.report(
        "UNSUPPORTED_FEATURE.PIVOT_WITHOUT_VALUES",
        "pivot needs its values: pivot(column, [value, ..]); a table's columns cannot depend on its rows",
        relation,
      );
      return undefined;
  }
}
