import type { Typed, TypedCall, TypedLiteral } from "@sluice/query";
import type { AddFile } from "../action/action.ts";
import { type ColumnFacts, factsOf, type PrunedTable } from "./column-facts.ts";
import { type Comparable, compare, fromLiteral, parseDate } from "./comparable.ts";

/** Whether a condition can come out true, and whether it can come out false, for some row of a file. NULL is neither. */
interface Outcomes {
  readonly true: boolean;
  readonly false: boolean;
}

const MAYBE: Outcomes = { true: true, false: true };
const NEVER: Outcomes = { true: false, false: false };

/**
 * Whether some row of a file can meet a condition, by the file's partition values and statistics. Answers false only when no row can: what is missing, or
 * not understood, counts as "maybe". Understands columns by name (ignoring case), fields of structs, literals, `= <> < <= > >= <=> and or not in between
 * isnull isnotnull`, and casts that keep the order of values.
 */
export function mayMatch(table: PrunedTable, file: AddFile, condition: Typed): boolean {
  return judge({ table, file }, condition).true;
}

interface Context {
  readonly table: PrunedTable;
  readonly file: AddFile;
}

function judge(context: Context, condition: Typed): Outcomes {
  if (condition.kind === "Call") return judgeCall(context, condition);
  if (condition.kind === "Literal") return { true: condition.value === true, false: condition.value === false };
  if (condition.dataType.kind !== "boolean") return MAYBE;
  return judgeComparison(context, "=", condition, {
    kind: "Literal",
    value: true,
    dataType: condition.dataType,
    nullable: false,
  });
}

function judgeCall(context: Context, call: TypedCall): Outcomes {
  const [first, second, third] = call.args;
  if (first === undefined) return MAYBE;
  switch (call.name) {
    case "and":
      return call.args
        .map((arg) => judge(context, arg))
        .reduce((a, b) => ({ true: a.true && b.true, false: a.false || b.false }));
    case "or":
      return call.args.map((arg) => judge(context, arg)).reduce(either);
    case "not":
    case "!":
      return negate(judge(context, first));
    case "isnull":
      return judgeNull(context, first);
    case "isnotnull":
      return negate(judgeNull(context, first));
    case "in":
      return call.args
        .slice(1)
        .map((arg) => judgeComparison(context, "=", first, arg))
        .reduce(either, { true: false, false: true });
    case "between":
      if (second === undefined || third === undefined) return MAYBE;
      return both(judgeComparison(context, ">=", first, second), judgeComparison(context, "<=", first, third));
    default:
      return second === undefined ? MAYBE : judgeComparison(context, call.name, first, second);
  }
}

function both(left: Outcomes, right: Outcomes): Outcomes {
  return { true: left.true && right.true, false: left.false || right.false };
}

function either(left: Outcomes, right: Outcomes): Outcomes {
  return { true: left.true || right.true, false: left.false && right.false };
}

function negate(outcomes: Outcomes): Outcomes {
  return { true: outcomes.false, false: outcomes.true };
}

function judgeNull(context: Context, expression: Typed): Outcomes {
  if (expression.kind === "Cast") return MAYBE;
  const facts = factsOf(context.table, context.file, expression);
  return facts === undefined ? MAYBE : { true: facts.mayBeNull, false: facts.mayHaveValue };
}

const MIRRORED: Readonly<Record<string, string>> = {
  "=": "=",
  "==": "==",
  "<=>": "<=>",
  "<>": "<>",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function judgeComparison(context: Context, operator: string, left: Typed, right: Typed): Outcomes {
  const mirrored = MIRRORED[operator];
  if (mirrored === undefined) return MAYBE;
  const literal = literalOf(right);
  if (literal !== undefined) return judgeAgainst(context, operator, left, literal);
  const other = literalOf(left);
  return other === undefined ? MAYBE : judgeAgainst(context, mirrored, right, other);
}

/** A literal, or a cast of date text to a date, which analysis leaves as it is. */
function literalOf(expression: Typed): TypedLiteral | undefined {
  if (expression.kind === "Literal") return expression;
  if (expression.kind !== "Cast" || expression.dataType.kind !== "date") return undefined;
  const { expression: inner } = expression;
  if (inner.kind !== "Literal" || typeof inner.value !== "string") return undefined;
  const value = parseDate(inner.value);
  return value === undefined ? undefined : { kind: "Literal", value, dataType: expression.dataType, nullable: false };
}

function judgeAgainst(context: Context, operator: string, column: Typed, literal: TypedLiteral): Outcomes {
  const facts = factsOf(context.table, context.file, column);
  if (operator === "<=>") return judgeNullSafe(facts, literal);
  if (literal.value === null) return NEVER;
  if (facts === undefined) return MAYBE;
  if (!facts.mayHaveValue) return NEVER;
  const value = fromLiteral(literal.value, literal.dataType);
  return value === undefined ? MAYBE : compareFacts(facts, operator, value);
}

function judgeNullSafe(facts: ColumnFacts | undefined, literal: TypedLiteral): Outcomes {
  if (facts === undefined) return MAYBE;
  if (literal.value === null) return { true: facts.mayBeNull, false: facts.mayHaveValue };
  const value = fromLiteral(literal.value, literal.dataType);
  if (value === undefined) return MAYBE;
  const equal = facts.mayHaveValue ? compareFacts(facts, "=", value) : NEVER;
  return { true: equal.true, false: equal.false || facts.mayBeNull };
}

function compareFacts(facts: ColumnFacts, operator: string, value: Comparable): Outcomes {
  const min = facts.min === undefined ? undefined : compare(facts.min, value);
  const max = facts.max === undefined ? undefined : compare(facts.max, value);
  const mayBeBelow = min === undefined || min < 0;
  const mayBeAbove = max === undefined || max > 0;
  const mayBeEqual = (min === undefined || min <= 0) && (max === undefined || max >= 0);
  switch (operator) {
    case "=":
    case "==":
      return { true: mayBeEqual, false: mayBeBelow || mayBeAbove };
    case "<>":
    case "!=":
      return { true: mayBeBelow || mayBeAbove, false: mayBeEqual };
    case "<":
      return { true: mayBeBelow, false: mayBeEqual || mayBeAbove };
    case "<=":
      return { true: mayBeBelow || mayBeEqual, false: mayBeAbove };
    case ">":
      return { true: mayBeAbove, false: mayBeEqual || mayBeBelow };
    default:
      return { true: mayBeAbove || mayBeEqual, false: mayBeBelow };
  }
}
