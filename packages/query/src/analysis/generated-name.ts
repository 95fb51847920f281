import { sqlType } from "../data-type/simple-string.ts";
import { isNested } from "../data-type/type-class.ts";
import type {
  Call,
  Case,
  Cast,
  ColumnReference,
  Expression,
  FrameBound,
  SortKey,
  Star,
  WindowExpression,
} from "../expression/expression.ts";
import { castFunctionType } from "../function/macro.ts";
import { literalText } from "./literal-text.ts";
import { countsRows } from "./star-arguments.ts";

/** What the printing of names depends on. */
export interface Naming {
  /** A reference without the name of its table. */
  readonly displayName: (reference: ColumnReference) => string;
  readonly timeZone: string;
  /** The columns that a star stands for in the arguments of a function. */
  readonly starNames: (star: Star) => readonly string[];
}

/** The name that Spark gives a select item without an alias: `amount` for a column or a cast of one, `sum(amount)`, `(a + 1)`. */
export function generatedName(expression: Expression, naming: Naming): string {
  return ownName(expression) ?? textOf(expression, naming);
}

function ownName(expression: Expression): string | undefined {
  switch (expression.kind) {
    case "ColumnReference":
      return expression.name.at(-1);
    case "Alias":
      return expression.names[0];
    case "FieldAccess":
      return expression.field;
    case "JsonPath":
      return expression.path.findLast((part) => typeof part === "string" && part !== "*") as string | undefined;
    case "Cast":
      return expression.expression.kind === "Cast" ? undefined : ownName(expression.expression);
    default:
      return undefined;
  }
}

const INFIX: Readonly<Record<string, string>> = {
  ...{ and: "AND", or: "OR", "=": "=", "==": "=", "<=>": "<=>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "+": "+" },
  ...{ "-": "-", "*": "*", "/": "/", "%": "%", div: "div", "|": "|", "&": "&", "^": "^", "<<": "<<", ">>": ">>" },
  ">>>": ">>>",
};

/** Names that Spark prints otherwise than they are written. */
const SPELLING: Readonly<Record<string, string>> = {
  ...{ "||": "concat", array_agg: "collect_list", random: "rand", curdate: "current_date", dateadd: "date_add" },
  ...{ current_database: "current_schema", spark_partition_id: "SPARK_PARTITION_ID" },
  ...{
    e: "E",
    pi: "PI",
    rank: "RANK",
    dense_rank: "DENSE_RANK",
    percent_rank: "PERCENT_RANK",
    equal_null: "equal_null",
  },
  ...{ regexp: "REGEXP", rlike: "RLIKE", regexp_like: "REGEXP_LIKE", signum: "SIGNUM", power: "POWER", hypot: "HYPOT" },
  ...Object.fromEntries(
    [
      ...["acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "cot", "csc", "degrees"],
      ...["exp", "expm1", "log", "log10", "log1p", "log2", "radians", "sec", "sin", "sinh", "sqrt", "tan", "tanh"],
    ].map((name) => [name, name.toUpperCase()]),
  ),
};

/** Arguments that Spark adds, as text, when they are left out: the whole tail from the first position. */
const DEFAULTS: Readonly<Record<string, readonly [from: number, ...texts: string[]]>> = {
  split: [2, "-1"],
  locate: [2, "1"],
  position: [2, "1"],
  charindex: [2, "1"],
  regexp_replace: [3, "1"],
  regexp_extract: [2, "1"],
  regexp_extract_all: [2, "1"],
  regexp_instr: [2, "0"],
  substr: [2, "2147483647"],
  substring: [2, "2147483647"],
  lpad: [2, " "],
  rpad: [2, " "],
  overlay: [3, "-1"],
  replace: [2, ""],
  months_between: [2, "true"],
  round: [1, "0"],
  bround: [1, "0"],
  from_unixtime: [1, "yyyy-MM-dd HH:mm:ss"],
  unix_timestamp: [1, "yyyy-MM-dd HH:mm:ss"],
  to_unix_timestamp: [1, "yyyy-MM-dd HH:mm:ss"],
  lag: [1, "1", "NULL"],
  lead: [1, "1", "NULL"],
  percentile: [2, "1"],
  percentile_approx: [2, "10000"],
  approx_percentile: [2, "10000"],
  listagg: [1, "NULL"],
  string_agg: [1, "NULL"],
  str_to_map: [1, ",", ":"],
  mask: [1, "X", "x", "n", "NULL"],
  sentences: [1, "", ""],
  sort_array: [1, "true"],
  aes_encrypt: [2, "GCM", "DEFAULT", "", ""],
  aes_decrypt: [2, "GCM", "DEFAULT", ""],
  try_aes_decrypt: [2, "GCM", "DEFAULT", ""],
  make_interval: [0, "0", "0", "0", "0", "0", "0", "0.000000"],
  make_dt_interval: [0, "0", "0", "0", "0.000000"],
  make_ym_interval: [0, "0", "0"],
  aggregate: [3, "lambdafunction(namedlambdavariable(), namedlambdavariable())"],
  reduce: [3, "lambdafunction(namedlambdavariable(), namedlambdavariable())"],
};

function textOf(expression: Expression, naming: Naming): string {
  const text = (one: Expression) => textOf(one, naming);
  switch (expression.kind) {
    case "Literal":
      return literalText(expression.value, expression.dataType, naming.timeZone);
    case "ColumnReference":
      return naming.displayName(expression);
    case "Star":
      return [...expression.target, "*"].join(".");
    case "Call":
      return callText(expression, naming);
    case "Alias":
      return `${text(expression.expression)} AS ${expression.names.join(", ")}`;
    case "Cast":
      return castText(expression, naming);
    case "Case":
      return caseText(expression, naming);
    case "Lambda":
      return `lambdafunction(${[lambdaBody(expression.body, expression.parameters, naming), ...expression.parameters.map(() => "namedlambdavariable()")].join(", ")})`;
    case "FieldAccess":
      return `${text(expression.expression)}.${expression.field}`;
    case "JsonPath":
      return `${text(expression.expression)}:${expression.path.join(".")}`;
    case "SortKey":
      return keyText(expression, naming);
    case "WindowExpression":
      return windowText(expression, naming);
    case "ScalarSubquery":
      return "scalarsubquery()";
    case "Exists":
      return "exists()";
    case "InSubquery":
      return `(${expression.values.map(text).join(", ")} IN (listquery()))`;
  }
}

function lambdaBody(body: Expression, parameters: readonly string[], naming: Naming): string {
  const names = new Set(parameters.map((one) => one.toLowerCase()));
  const displayName = (reference: ColumnReference) =>
    names.has(reference.name[0]?.toLowerCase() ?? "")
      ? ["namedlambdavariable()", ...reference.name.slice(1)].join(".")
      : naming.displayName(reference);
  return textOf(body, { ...naming, displayName });
}

/** Hive had no casts to nested types: Spark leaves them out of names. */
function castText(cast: Cast, naming: Naming): string {
  if (isNested(cast.dataType)) return textOf(cast.expression, naming);
  return `${cast.try ? "TRY_CAST" : "CAST"}(${textOf(cast.expression, naming)} AS ${sqlType(cast.dataType)})`;
}

function caseText({ branches, otherwise }: Case, naming: Naming): string {
  const whens = branches.map(({ when, then }) => `WHEN ${textOf(when, naming)} THEN ${textOf(then, naming)}`);
  const last = otherwise ? ` ELSE ${textOf(otherwise, naming)}` : "";
  return `CASE ${whens.join(" ")}${last} END`;
}

type Form = (args: readonly string[], call: Call) => string | undefined;

const negated: Form = ([first]) => `(NOT ${first})`;
const differing: Form = ([first, second]) => `(NOT (${first} = ${second}))`;
const byUnit =
  (name: string): Form =>
  (args) =>
    args.length === 3 ? `${name}(${args.join(", ")})` : undefined;
const trimming =
  (side: string): Form =>
  ([characters, text]) =>
    text === undefined ? undefined : `TRIM(${side} ${characters} FROM ${text})`;

/** Calls that are not printed as `name(arguments)`; undefined where they are after all. */
const FORMS: Readonly<Record<string, Form>> = {
  "<>": differing,
  "!=": differing,
  not: negated,
  "!": negated,
  isnull: ([first]) => `(${first} IS NULL)`,
  isnotnull: ([first]) => `(${first} IS NOT NULL)`,
  negative: ([first], call) => (isWritten(call, "negative") ? `negative(${first})` : `(- ${first})`),
  positive: ([first]) => `(+ ${first})`,
  "~": ([first]) => `~${first}`,
  "[]": ([first, second]) => `${first}[${second}]`,
  in: ([first, ...list]) => `(${first} IN (${list.join(", ")}))`,
  like: ([text, pattern, by = "\\"]) => `${text} LIKE ${pattern}${by === "\\" ? "" : ` ESCAPE '${by}'`}`,
  if: (args) => `(IF(${args.join(", ")}))`,
  extract: ([part, moment]) => `extract(${part} FROM ${moment})`,
  datepart: ([part, moment]) => `datepart(${part} FROM ${moment})`,
  dateadd: byUnit("timestampadd"),
  date_add: byUnit("timestampadd"),
  datediff: byUnit("timestampdiff"),
  date_diff: byUnit("timestampdiff"),
  from_json: ([json], call) => (isMapType(call.args[1]) ? "entries" : `from_json(${json})`),
  trim: trimming("BOTH"),
  ltrim: trimming("LEADING"),
  rtrim: trimming("TRAILING"),
};

/** Spark names JSON that becomes a map by a column of its own making. */
function isMapType(type: Expression | undefined): boolean {
  return type?.kind === "Literal" && /^\s*map\s*</i.test(String(type.value));
}

function callText(call: Call, naming: Naming): string {
  const name = call.name.toLowerCase();
  const args = call.args.flatMap((arg) => (arg.kind === "Star" ? starText(arg, call, naming) : [textOf(arg, naming)]));
  const infix = INFIX[name];
  if (infix !== undefined && args.length === 2) return `(${args.join(` ${infix} `)})`;
  if (castFunctionType(name) !== undefined && args.length === 1) return args.join();
  return FORMS[name]?.(args, call) ?? functionText(name, call, args, naming);
}

/** Rows are counted as `count(1)`. */
function starText(star: Star, call: Call, naming: Naming): readonly string[] {
  return call.name.toLowerCase() === "count" && countsRows(call) ? ["1"] : naming.starNames(star);
}

/** Whether the call stands in the text under this name, and not as an operator. */
function isWritten({ span }: Call, name: string): boolean {
  return span !== undefined && span.text.slice(span.start, span.start + name.length).toLowerCase() === name;
}

const SHOWN: Readonly<Record<string, number>> = {
  ...{ first: 1, first_value: 1, last: 1, last_value: 1, any_value: 1, variant_get: 2, try_variant_get: 2, ilike: 2 },
};

const ONLY_FIRST: ReadonlySet<string> = new Set([
  "to_json",
  "from_csv",
  "to_csv",
  "schema_of_json",
  "schema_of_csv",
  "from_xml",
  "to_xml",
  "schema_of_xml",
]);

function functionText(name: string, call: Call, args: readonly string[], naming: Naming): string {
  const [from = 0, ...defaults] = DEFAULTS[name] ?? [];
  const added = args.length >= from ? defaults.slice(args.length - from) : [];
  const shown = [...args, ...added].slice(0, ONLY_FIRST.has(name) ? 1 : SHOWN[name]);
  const distinct = call.distinct ? "DISTINCT " : "";
  const filter = call.filter ? ` FILTER (WHERE ${textOf(call.filter, naming)})` : "";
  const isPlain = name === "percentile_cont" || name === "percentile_disc";
  const order = call.orderBy?.map((key) => (isPlain ? plainKeyText(key, naming) : keyText(key, naming))).join(", ");
  const within = order ? ` WITHIN GROUP (ORDER BY ${order})` : "";
  const behind = call.orderBy !== undefined || call.ignoreNulls === true;
  return `${spelling(behind ? (CANONICAL[name] ?? name) : name, args.length)}(${distinct}${shown.join(", ")})${within}${filter}`;
}

/** What a call is named by: a clause behind the brackets makes Spark forget which alias was written. */
const CANONICAL: Readonly<Record<string, string>> = {
  string_agg: "listagg",
  first_value: "first",
  last_value: "last",
};

function spelling(name: string, count: number): string {
  if ((name === "ceil" || name === "floor") && count === 1) return name.toUpperCase();
  return SPELLING[name] ?? name;
}

function keyText({ expression, ascending, nullsFirst }: SortKey, naming: Naming): string {
  const first = nullsFirst ?? ascending;
  return `${textOf(expression, naming)} ${ascending ? "ASC" : "DESC"} NULLS ${first ? "FIRST" : "LAST"}`;
}

function plainKeyText({ expression, ascending }: SortKey, naming: Naming): string {
  return `${textOf(expression, naming)}${ascending ? "" : " DESC"}`;
}

function windowText(window: WindowExpression, naming: Naming): string {
  const partition = window.partitionBy.map((one) => textOf(one, naming)).join(", ");
  const order = window.orderBy.map((key) => keyText(key, naming)).join(", ");
  const parts = [partition && `PARTITION BY ${partition}`, order && `ORDER BY ${order}`, frameText(window, naming)];
  const nulls = window.call.kind === "Call" && window.call.ignoreNulls ? " IGNORE NULLS" : "";
  return `${windowCallText(window.call, naming)}${nulls} OVER (${parts.filter((part) => part !== "").join(" ")})`;
}

function windowCallText(call: Expression, naming: Naming): string {
  const ranking = call.kind === "Call" && /^(row_number|rank|dense_rank|percent_rank|cume_dist)$/i.test(call.name);
  return ranking ? `${spelling(call.name.toLowerCase(), 0)}()` : textOf(call, naming);
}

const WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";

function frameText(window: WindowExpression, naming: Naming): string {
  const { frame, call } = window;
  if (frame) {
    const bounds = `${boundText(frame.lower, naming)} AND ${boundText(frame.upper, naming)}`;
    return `${frame.unit.toUpperCase()} BETWEEN ${bounds}`;
  }
  const name = call.kind === "Call" ? call.name.toLowerCase() : "";
  if (name === "lag" || name === "lead") return shiftText(name, call, naming);
  if (/^(row_number|rank|dense_rank|percent_rank|ntile)$/.test(name)) {
    return "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
  }
  return window.orderBy.length === 0 ? WHOLE : "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
}

function shiftText(name: string, call: Expression, naming: Naming): string {
  const by = call.kind === "Call" && call.args[1] ? textOf(call.args[1], naming) : "1";
  const bound = `${name === "lag" ? `-${by}` : by} FOLLOWING`;
  return `ROWS BETWEEN ${bound} AND ${bound}`;
}

function boundText(bound: FrameBound, naming: Naming): string {
  switch (bound.kind) {
    case "UnboundedPreceding":
      return "UNBOUNDED PRECEDING";
    case "UnboundedFollowing":
      return "UNBOUNDED FOLLOWING";
    case "CurrentRow":
      return "CURRENT ROW";
    case "Preceding":
      return `${textOf(bound.offset, naming)} PRECEDING`;
    case "Following":
      return `${textOf(bound.offset, naming)} FOLLOWING`;
  }
}
