import type { DataType } from "../data-type/data-type.ts";
import {
  BINARY,
  BOOLEAN,
  BYTE,
  DATE,
  DOUBLE,
  decimal,
  FLOAT,
  INTEGER,
  LONG,
  SHORT,
  STRING,
  TIMESTAMP,
} from "../data-type/data-type.ts";
import type { Call, Expression } from "../expression/expression.ts";
import { DATE_PARTS } from "./catalogue/datetime.ts";
import { type ArgumentFault, mismatch } from "./function-entry.ts";

type Macro = (call: Call) => Expression | ArgumentFault | undefined;

const CAST_NAMES: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ...([
    ["boolean", BOOLEAN],
    ["tinyint", BYTE],
    ["smallint", SHORT],
    ["int", INTEGER],
    ["bigint", LONG],
  ] as const),
  ...([
    ["float", FLOAT],
    ["double", DOUBLE],
    ["decimal", decimal()],
    ["date", DATE],
    ["timestamp", TIMESTAMP],
  ] as const),
  ...([
    ["binary", BINARY],
    ["string", STRING],
  ] as const),
]);

/** The type that a cast function such as `int(x)` casts to; undefined for other names. */
export function castFunctionType(name: string): DataType | undefined {
  return CAST_NAMES.get(name.toLowerCase());
}

function wrongCount(call: Call, expected: string): ArgumentFault {
  const message = `\`${call.name}\` takes ${expected} arguments, but got ${call.args.length}`;
  return { kind: "Fault", condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", message };
}

function made(call: Call, name: string, args: readonly Expression[]): Call {
  return { kind: "Call", name, args, ...(call.span && { span: call.span }) };
}

function withArguments(count: number, expand: (call: Call, ...args: Expression[]) => Expression): Macro {
  return (call) => (call.args.length === count ? expand(call, ...call.args) : wrongCount(call, String(count)));
}

function choose(call: Call, when: Expression, then: Expression, otherwise: Expression): Expression {
  return { kind: "Case", branches: [{ when, then }], otherwise, ...(call.span && { span: call.span }) };
}

const ZERO: Expression = { kind: "Literal", value: 0, dataType: INTEGER };

const decode: Macro = (call) => {
  const [subject, ...rest] = call.args;
  if (subject === undefined || rest.length < 2) return undefined;
  const branches = Array.from({ length: Math.floor(rest.length / 2) }, (_, i) => ({
    when: made(call, "<=>", [subject, ...rest.slice(2 * i, 2 * i + 1)]),
    then: rest[2 * i + 1] ?? subject,
  }));
  const otherwise = rest.length % 2 === 1 ? rest.at(-1) : undefined;
  return { kind: "Case", branches, ...(otherwise && { otherwise }), ...(call.span && { span: call.span }) };
};

const namedStruct: Macro = (call) => {
  if (call.args.length % 2 === 1) return wrongCount(call, "2n (n > 0)");
  const fields: Expression[] = [];
  for (let i = 0; i < call.args.length; i += 2) {
    const [name, value] = call.args.slice(i, i + 2);
    if (name?.kind !== "Literal" || typeof name.value !== "string" || value === undefined) {
      return mismatch("NON_FOLDABLE_INPUT", "the field names of `named_struct` must be constant texts", i);
    }
    fields.push({ kind: "Alias", expression: value, names: [name.value] });
  }
  return made(call, "struct", fields);
};

/** A part or unit, given as a word or as a text. */
function word(argument: Expression | undefined): string | undefined {
  if (argument?.kind === "ColumnReference" && argument.name.length === 1) return argument.name[0]?.toUpperCase();
  return argument?.kind === "Literal" && typeof argument.value === "string" ? argument.value.toUpperCase() : undefined;
}

function text(value: string): Expression {
  return { kind: "Literal", value, dataType: STRING };
}

const datePart: Macro = (call) => {
  const [part, moment] = call.args;
  if (part === undefined || moment === undefined || call.args.length !== 2) return wrongCount(call, "2");
  const asked = word(part);
  const canonical = Object.entries(DATE_PARTS).find(([name, others]) => name === asked || others.includes(asked ?? ""));
  if (canonical === undefined) {
    const message = `\`${asked ?? "?"}\` is no part of a date: use ${Object.keys(DATE_PARTS).join(", ")}`;
    return { kind: "Fault", condition: "INVALID_EXTRACT_FIELD", message, argument: 0 };
  }
  if (part.kind === "Literal" && part.value === canonical[0] && call.name === "date_part") return undefined;
  return made(call, "date_part", [text(canonical[0]), moment]);
};

const UNITS: Readonly<Record<string, string>> = { DAYOFYEAR: "DAY", DAYS: "DAY", HOURS: "HOUR", MINUTES: "MINUTE" };
const UNIT = /^(MICROSECOND|MILLISECOND|SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|QUARTER|YEAR)$/;

/** dateadd(unit, n, t) and the like: the unit may be a bare word. */
function byUnit(target: string): Macro {
  return (call) => {
    const [unit, ...rest] = call.args;
    if (call.args.length !== 3) return call.name === target ? wrongCount(call, "3") : undefined;
    const asked = word(unit) ?? "";
    const canonical = UNITS[asked] ?? asked;
    if (!UNIT.test(canonical)) {
      return {
        kind: "Fault",
        condition: "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
        message: `\`${asked}\` is no unit of time`,
        argument: 0,
      };
    }
    if (call.name === target && unit?.kind === "Literal" && unit.value === canonical) return undefined;
    return made(call, target, [text(canonical), ...rest]);
  };
}

const distinctly = (call: Call): Expression => ({ ...call, name: "count", distinct: true });

const MACROS: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ["if", withArguments(3, (call, when = ZERO, then = ZERO, otherwise = ZERO) => choose(call, when, then, otherwise))],
  ["iff", withArguments(3, (call, when = ZERO, then = ZERO, otherwise = ZERO) => choose(call, when, then, otherwise))],
  [
    "nvl2",
    withArguments(3, (call, x = ZERO, then = ZERO, otherwise = ZERO) =>
      choose(call, made(call, "isnotnull", [x]), then, otherwise),
    ),
  ],
  ["zeroifnull", withArguments(1, (call, x = ZERO) => made(call, "coalesce", [x, ZERO]))],
  ["nullifzero", withArguments(1, (call, x = ZERO) => made(call, "nullif", [x, ZERO]))],
  [
    "between",
    withArguments(3, (call, x = ZERO, low = ZERO, high = ZERO) =>
      made(call, "and", [made(call, ">=", [x, low]), made(call, "<=", [x, high])]),
    ),
  ],
  ["decode", decode],
  ["named_struct", namedStruct],
  ["date_part", datePart],
  ["datepart", datePart],
  ["extract", datePart],
  ...["dateadd", "date_add", "timestampadd"].map((name) => [name, byUnit("timestampadd")] as const),
  ...["datediff", "date_diff", "timestampdiff"].map((name) => [name, byUnit("timestampdiff")] as const),
  ["count_distinct", distinctly],
]);

/** Names that `expandMacro` knows besides those of the catalogue. */
export const MACRO_NAMES: readonly string[] = [...MACROS.keys(), ...CAST_NAMES.keys()];

/** Writes a call that is short for another expression out in full; undefined when the call stands for itself. */
export function expandMacro(call: Call): Expression | ArgumentFault | undefined {
  const name = call.name.toLowerCase();
  const type = castFunctionType(name);
  const [only] = call.args;
  if (type !== undefined) {
    if (only === undefined || call.args.length > 1) return wrongCount(call, "1");
    return { kind: "Cast", expression: only, dataType: type, try: false, ...(call.span && { span: call.span }) };
  }
  return MACROS.get(name)?.(call.name === name ? call : { ...call, name });
}
