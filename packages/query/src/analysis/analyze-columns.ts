import type { Expression } from "../expression/expression.ts";
import type {
  Drop,
  SubqueryAlias,
  ToDF,
  WithColumns,
  WithColumnsRenamed,
  WithWatermark,
} from "../relation/relation.ts";
import { analyzeItems } from "./analyze-select.ts";
import { parseDuration } from "./duration.ts";
import type { Named, Plan } from "./plan.ts";
import { sameName } from "./resolve.ts";
import {
  type Analyzed,
  columnOf,
  type Environment,
  metadataColumns,
  passThrough,
  type ScopeColumn,
  visibleColumns,
  withAttribute,
} from "./scope.ts";
import type { SelectItem } from "./select-item.ts";
import type { Session } from "./session.ts";
import { keepTimed } from "./time-window.ts";

/** withColumn: replaces in place or adds at the end. */
export function analyzeWithColumns(relation: WithColumns, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const wanted = new Map(relation.columns.map((column) => [column.name.toLowerCase(), column]));
  const kept = visibleColumns(input.columns).map((column): SelectItem => {
    const replaced = wanted.get(column.attribute.name.toLowerCase());
    return replaced ? asItem(replaced.expression, replaced.name) : { kind: "Column", column };
  });
  const known = new Set(input.columns.filter((one) => !one.hidden).map((one) => one.attribute.name.toLowerCase()));
  const added = [...wanted]
    .filter(([name]) => !known.has(name))
    .map(([, column]) => asItem(column.expression, column.name));
  return analyzeItems([...kept, ...added], input, environment, session, false);
}

function asItem(expression: Expression, name: string): SelectItem {
  const metadata = expression.kind === "Alias" ? expression.metadata : undefined;
  const inner = expression.kind === "Alias" ? expression.expression : expression;
  return {
    kind: "Expression",
    expression: { kind: "Alias", expression: inner, names: [name], ...(metadata && { metadata }) },
  };
}

/** withColumnRenamed: names that do not exist are ignored. */
export function analyzeRenamed(relation: WithColumnsRenamed, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  return renameColumns(input, session, (name) =>
    relation.renames.reduce((current, { from, to }) => (sameName(current, from) ? to : current), name),
  );
}

/** toDF: new names for all columns. */
export function analyzeToDF(relation: ToDF, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const count = visibleColumns(input.columns).length;
  if (count !== relation.names.length && !input.poisoned) {
    const message = `toDF needs ${count} names, one for each column, but got ${relation.names.length}`;
    session.report("ASSIGNMENT_ARITY_MISMATCH", message, relation);
    return input;
  }
  return renameColumns(input, session, (name, i) => relation.names[i] ?? name);
}

function renameColumns(input: Analyzed, session: Session, rename: (name: string, index: number) => string): Analyzed {
  const columns = visibleColumns(input.columns);
  const named = columns.map(({ attribute }, i): Named => {
    const name = rename(attribute.name, i);
    if (name === attribute.name || session.isPoisoned(attribute)) return passThrough(attribute);
    const { dataType, nullable, metadata } = attribute;
    return { expression: columnOf(attribute), attribute: session.attribute(name, dataType, nullable, metadata) };
  });
  const renamed = columns.map((column, i) => withAttribute(column, named[i]?.attribute ?? column.attribute));
  return projected(input, named, renamed);
}

function projected(input: Analyzed, named: readonly Named[], columns: readonly ScopeColumn[]): Analyzed {
  const hidden = metadataColumns(input.columns);
  const all = [...named, ...hidden.map((column) => passThrough(column.attribute))];
  const timed = keepTimed(
    input.plan,
    named.map((one) => one.expression),
  );
  const plan: Plan = { kind: "Project", input: timed, columns: all, output: all.map((one) => one.attribute) };
  return { plan, columns: [...columns, ...hidden], poisoned: input.poisoned };
}

/** drop: columns by name, by reference to a DataFrame, or with a table's name; what does not exist is ignored. */
export function analyzeDrop(relation: Drop, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const kept = visibleColumns(input.columns).filter(
    (column) => !relation.columns.some((dropped) => isDropped(column, dropped, session)),
  );
  return projected(
    input,
    kept.map((column) => passThrough(column.attribute)),
    kept,
  );
}

function isDropped({ attribute, qualifier }: ScopeColumn, dropped: Expression, session: Session): boolean {
  const name =
    dropped.kind === "Literal" && typeof dropped.value === "string" ? [dropped.value] : referenceName(dropped);
  if (name === undefined) return false;
  if (dropped.kind === "ColumnReference" && dropped.planId !== undefined) {
    return session.ofDataFrame(dropped.planId, name.join(".")).some((one) => one.id === attribute.id);
  }
  if (name.length === 1) return sameName(attribute.name, name[0] ?? "");
  const table = qualifier.at(-1);
  return table !== undefined && sameName(table, name[0] ?? "") && sameName(attribute.name, name[1] ?? "");
}

function referenceName(expression: Expression): readonly string[] | undefined {
  return expression.kind === "ColumnReference" ? expression.name : undefined;
}

/** An alias for a relation, with new column names where they are given. */
export function analyzeAlias(relation: SubqueryAlias, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  return aliased(input, relation.alias, relation.columns, session, relation);
}

/** The relation under a new name, as a closed whole: clauses above see its columns only. */
export function aliased(
  input: Analyzed,
  alias: string,
  names: readonly string[] | undefined,
  session: Session,
  place: Pick<SubqueryAlias, "span" | "origin">,
): Analyzed {
  const columns = visibleColumns(input.columns);
  if (names && names.length !== columns.length && !input.poisoned) {
    const message = `\`${alias}\` has ${columns.length} columns, but ${names.length} names are given: ${names.join(", ")}`;
    session.report("ASSIGNMENT_ARITY_MISMATCH", message, place);
    return { ...input, poisoned: true };
  }
  const renamed = names ? renameColumns(input, session, (name, i) => names[i] ?? name) : input;
  const qualifier = [alias];
  const qualified = renamed.columns
    .filter(({ hidden }) => hidden !== "using")
    .map(
      ({ attribute, hidden }): ScopeColumn => (hidden ? { attribute, qualifier, hidden } : { attribute, qualifier }),
    );
  return { plan: renamed.plan, columns: qualified, poisoned: renamed.poisoned };
}

/** withWatermark: how late rows may be, by the time in a column. */
export function analyzeWatermark(relation: WithWatermark, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const column = visibleColumns(input.columns).find((one) => sameName(one.attribute.name, relation.eventTime));
  const delay = parseDuration(relation.delay);
  if (delay === undefined) {
    session.report(
      "CANNOT_PARSE_INTERVAL",
      `the delay \`${relation.delay}\` is no length of time: write it as "10 minutes"`,
      relation,
    );
    return input;
  }
  if (column === undefined) {
    if (!input.poisoned)
      session.report(
        "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
        `withWatermark: there is no column \`${relation.eventTime}\``,
        relation,
      );
    return input;
  }
  const kind = column.attribute.dataType.kind;
  if (kind !== "timestamp" && kind !== "timestamp_ntz" && kind !== "struct") {
    session.report(
      "EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE",
      `withWatermark: the column \`${relation.eventTime}\` must be a TIMESTAMP`,
      relation,
    );
    return input;
  }
  const { plan, columns, poisoned } = input;
  const eventTime = column.attribute.id;
  return {
    plan: { kind: "Watermark", input: plan, eventTime, delayMicroseconds: delay, output: plan.output },
    columns,
    poisoned,
  };
}
