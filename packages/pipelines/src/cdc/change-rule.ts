import { type Attribute, BOOLEAN, columnOf, LONG, type Policy, type Typed } from "@sluice/query";
import { type ChangeSpec, SEQUENCE, SYSTEM, TRUNCATES } from "./change-columns.ts";
import { COPIES } from "./snapshot-plans.ts";

/** The name of the rule that no change breaks that can be applied. */
export const CHANGE_RULE = "auto_cdc_key_and_sequence";

/** A rule over changes, with its condition as SQL for people. */
export interface ChangeRule {
  readonly name: string;
  readonly policy: Policy;
  readonly text: string;
  readonly condition: Typed;
}

/**
 * Changes have a sequence (of a bitemporal table two), and a key unless they take all keys away. Those that have not end the update; they go to quarantine when a rule of the table sends rows
 * there. Changes that a rule of the table drops need neither.
 */
export function changeRule(
  spec: ChangeSpec,
  rows: readonly Attribute[],
  others: readonly Pick<ChangeRule, "policy" | "condition">[],
  nullIsViolation: boolean,
): ChangeRule {
  const known = spec.scdType === "bitemporal";
  const dropped = others.filter((one) => one.policy === "drop").map((one) => isBroken(one.condition, nullIsViolation));
  return {
    name: CHANGE_RULE,
    policy: others.some((one) => one.policy === "quarantine") ? "quarantine" : "fail",
    text: [...spec.keys, "sequence", ...(known ? ["system sequence"] : [])]
      .map((name) => `${name} IS NOT NULL`)
      .join(" AND "),
    condition: dropped.reduce((left, right) => both("or", left, right), isComplete(spec, rows)),
  };
}

/** Whether a change has all that it needs to be applied. */
export function isComplete(spec: ChangeSpec, rows: readonly Attribute[]): Typed {
  const keyed = spec.keys.map((name) => isThere(rows, name)).reduce((left, right) => both("and", left, right));
  const keyedIfNeeded = spec.truncates ? both("or", column(rows, TRUNCATES), keyed) : keyed;
  const sequenced = isThere(rows, SEQUENCE);
  const placed = spec.scdType === "bitemporal" ? both("and", sequenced, isThere(rows, SYSTEM)) : sequenced;
  return both("and", placed, keyedIfNeeded);
}

/** The name of the rule that no snapshot breaks that can be followed. */
export const SNAPSHOT_RULE = "auto_cdc_snapshot_keys";

/** The rows of a snapshot have keys, each others. */
export function snapshotRule({ keys }: ChangeSpec, rows: readonly Attribute[]): ChangeRule {
  const one: Typed = { kind: "Literal", value: 1n, dataType: LONG, nullable: false };
  const single: Typed = {
    kind: "Call",
    name: "=",
    args: [column(rows, COPIES), one],
    dataType: BOOLEAN,
    nullable: false,
  };
  const conditions = [...keys.map((name) => isThere(rows, name)), single];
  return {
    name: SNAPSHOT_RULE,
    policy: "fail",
    text: `${keys.join(", ")} IS NOT NULL AND UNIQUE`,
    condition: conditions.reduce((left, right) => both("and", left, right)),
  };
}

function isThere(rows: readonly Attribute[], name: string): Typed {
  return { kind: "Call", name: "isnotnull", args: [column(rows, name)], dataType: BOOLEAN, nullable: false };
}

function isBroken(condition: Typed, nullIsViolation: boolean): Typed {
  const whenNull: Typed = { kind: "Literal", value: !nullIsViolation, dataType: BOOLEAN, nullable: false };
  const kept: Typed = {
    kind: "Call",
    name: "coalesce",
    args: [condition, whenNull],
    dataType: BOOLEAN,
    nullable: false,
  };
  return { kind: "Call", name: "not", args: [kept], dataType: BOOLEAN, nullable: false };
}

function both(name: "and" | "or", left: Typed, right: Typed): Typed {
  return { kind: "Call", name, args: [left, right], dataType: BOOLEAN, nullable: false };
}

function column(rows: readonly Attribute[], name: string): Typed {
  const found = rows.find((one) => one.name === name);
  if (found === undefined) throw new Error(`changes have no column ${name}`);
  return columnOf(found);
}
