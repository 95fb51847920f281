import {
  type Attribute,
  array,
  BOOLEAN,
  columnOf,
  field,
  LONG,
  type Plan,
  STRING,
  type StructField,
  type StructType,
  struct,
  type Typed,
  withoutOrigins,
} from "@sluice/query";
import {
  type ChangeSpec,
  DELETES,
  END_AT,
  needsHistory,
  RANK,
  SEQUENCE,
  SETS,
  START_AT,
  SYSTEM,
  SYSTEM_END_AT,
  SYSTEM_START_AT,
  UNTIL,
} from "./change-columns.ts";
import { CHANGES, type Parts, POSITION, STATE, TARGET } from "./change-parts.ts";
import { compactHistory, historyChanges } from "./history-changes.ts";
import { knownChanges } from "./known-changes.ts";
import { compactPlaces, latestChanges } from "./latest-changes.ts";
import { nextVersions } from "./next-versions.ts";
import { PlanAlgebra, type StoredRead } from "./plan-algebra.ts";

/** Where the plans of changes stand: numbers that are free, the settings of queries, and how long a deleted key is remembered. */
export interface ChangeContext {
  readonly free: { readonly scan: number; readonly attribute: number };
  readonly ansi: boolean;
  readonly timeZone: string;
  readonly tombstoneSeconds: number;
}

/** What a batch of changes does, and which of its scans read the target and the state. */
export interface ChangePlans extends Parts {
  readonly reads: readonly StoredRead[];
}

/** What the table gets of change rows with these columns. */
export function changedColumns(
  { columns, scdType }: ChangeSpec,
  rows: readonly Omit<Attribute, "id">[],
): readonly StructField[] {
  const taken = columns.map((name) => columnIn(rows, name));
  if (scdType === 1) return taken;
  const { dataType } = columnIn(rows, SEQUENCE);
  const versions = [...taken, field(START_AT, dataType), field(END_AT, dataType)];
  if (scdType === 2) return versions;
  const { dataType: known } = columnIn(rows, SYSTEM);
  return [...versions, field(SYSTEM_START_AT, known), field(SYSTEM_END_AT, known)];
}

/** The columns of the state that a flow with such change rows keeps. */
export function changeState(spec: ChangeSpec, rows: readonly Omit<Attribute, "id">[]): StructType {
  const stored = (name: string): StructField => field(name, columnIn(rows, name).dataType);
  const place = [stored(SEQUENCE), field(DELETES, BOOLEAN)];
  if (!needsHistory(spec)) return struct([...spec.keys.map(stored), ...place, field(RANK, LONG), field(UNTIL, LONG)]);
  if (spec.scdType === "bitemporal") place.push(stored(SYSTEM));
  const sets = spec.setsColumns ? [field(SETS, array(STRING))] : [];
  return struct([...spec.columns.map(stored), ...place, ...sets, field(RANK, LONG)]);
}

/** The plans of a batch of changes, whose columns are those of its source and the reserved ones. */
export function changePlans(spec: ChangeSpec, changes: Plan, target: StructType, context: ChangeContext): ChangePlans {
  return withoutOrigins(() => planChanges(spec, changes, target, context));
}

function planChanges(spec: ChangeSpec, changes: Plan, target: StructType, context: ChangeContext): ChangePlans {
  const state = changeState(spec, changes.output);
  const algebra = new PlanAlgebra(context.free, context, [
    { name: STATE, schema: state },
    { name: TARGET, schema: target, hidden: POSITION },
  ]);
  algebra.define(CHANGES, ranked(spec, changes, algebra));
  const parts = partsOf(spec, algebra, context.tombstoneSeconds);
  const shared = isReadOnce(spec, changes) ? parts.shared : [changes, ...parts.shared];
  return { ...parts, shared, reads: algebra.reads };
}

/** Whether the changes go into one shared part only. Rows for a quarantine are told from what is put aside. */
function isReadOnce(spec: ChangeSpec, changes: Plan): boolean {
  const setsAside = changes.kind === "Expect" && changes.rules.some((rule) => rule.policy === "quarantine");
  return !needsHistory(spec) && !spec.truncates && !setsAside;
}

/** What changes do, from the plans and tables of an algebra: `CHANGES` are ranked. */
export function partsOf(spec: ChangeSpec, algebra: PlanAlgebra, tombstoneSeconds: number): Parts {
  if (spec.scdType === "bitemporal") return knownChanges(spec, algebra);
  if (spec.scdType === 2) return nextVersions(spec, algebra);
  return needsHistory(spec) ? historyChanges(spec, algebra) : latestChanges(spec, algebra, tombstoneSeconds);
}

/** The rows of the state brought together, from any of them that its scan is given. */
export function compactState(
  spec: ChangeSpec,
  state: StructType,
  context: Omit<ChangeContext, "free" | "tombstoneSeconds">,
): Plan {
  const algebra = new PlanAlgebra({ scan: 0, attribute: 0 }, context, [{ name: STATE, schema: state }]);
  return algebra.plan(needsHistory(spec) ? compactHistory(spec, algebra) : compactPlaces(spec, algebra));
}

/** Changes with their rank. */
export function ranked(spec: ChangeSpec, changes: Plan, algebra: PlanAlgebra): Plan {
  const column = (name: string): Typed => columnOf(attributeIn(changes, name));
  const args = [...spec.columns, ...(spec.setsColumns ? [SETS] : [])].map(column);
  const rank: Typed = { kind: "Call", name: "content_rank", args, dataType: LONG, nullable: false };
  const none: Typed = { kind: "Literal", value: 0n, dataType: LONG, nullable: false };
  const branches = [{ when: column(DELETES), then: none }];
  const expression: Typed = { kind: "Case", branches, otherwise: rank, dataType: LONG, nullable: false };
  return algebra.withColumn(changes, { name: RANK, dataType: LONG, nullable: false, metadata: {} }, expression);
}

function attributeIn({ output }: Plan, name: string): Attribute {
  const found = output.find((one) => one.name === name);
  if (found === undefined) throw new Error(`changes have no column ${name}`);
  return found;
}

function columnIn(rows: readonly Omit<Attribute, "id">[], name: string): Omit<Attribute, "id"> {
  const found = rows.find((one) => one.name === name);
  if (found === undefined) throw new Error(`changes have no column ${name}`);
  return found;
}
