/** How tightly the forms of an expression bind: the larger, the tighter. */
export const POWER = {
  or: 1,
  and: 2,
  not: 3,
  predicate: 4,
  comparison: 5,
  additive: 10,
  unary: 12,
  primary: 20,
} as const;

/** An operator between two operands: its name in a Call and how tightly it binds. All group from the left. */
export interface InfixOperator {
  readonly name: string;
  readonly power: number;
}

function table(rows: readonly (readonly [number, string])[]): Readonly<Record<string, InfixOperator>> {
  return Object.fromEntries(rows.flatMap(([power, names]) => names.split(" ").map((name) => [name, { name, power }])));
}

/** Operators between two operands by the name they have in a Call. */
export const INFIX: Readonly<Record<string, InfixOperator>> = table([
  [POWER.or, "or"],
  [POWER.and, "and"],
  [POWER.comparison, "= <=> <> < <= > >="],
  [6, "|"],
  [7, "^"],
  [8, "&"],
  [9, "<< >> >>>"],
  [POWER.additive, "+ - ||"],
  [11, "* / % div"],
]);

/** Other spellings of operators. */
const SAME_OPERATOR = { "==": "=", "!=": "<>", "!<": ">=", "!>": "<=", OR: "or", AND: "and", DIV: "div" };

/** Operators between two operands by the key of the token that they are written with; those that begin with `>>` come as several tokens. */
export const INFIX_BY_KEY: ReadonlyMap<string, InfixOperator> = new Map([
  ...Object.entries(INFIX),
  ...Object.entries(SAME_OPERATOR).flatMap(([key, name]) => {
    const operator = INFIX[name];
    return operator === undefined ? [] : [[key, operator] as const];
  }),
]);
