import { backQuote } from "../data-type/quoted-name.ts";
import { sqlType } from "../data-type/simple-string.ts";
import type {
  Call,
  Expression,
  FrameBound,
  RelationNode,
  SortKey,
  WindowExpression,
} from "../expression/expression.ts";
import { connected } from "./connective.ts";
import { INFIX, POWER } from "./operator.ts";
import { UNIT_FIRST } from "./parse-call.ts";
import { printLiteral } from "./print-literal.ts";
import { quoteName, quoteNames } from "./print-name.ts";

/** Prints the query of a sub-query expression, without brackets. */
export type PrintQuery = (relation: RelationNode) => string;

/** Prints expressions; sub-queries by `query`. */
export class ExpressionPrinter {
  readonly #query: PrintQuery;

  constructor(query: PrintQuery) {
    this.#query = query;
  }

  /** An expression as Spark SQL that reads back as the same tree. */
  print(expression: Expression): string {
    switch (expression.kind) {
      case "Literal":
        return printLiteral(expression);
      case "ColumnReference":
        return quoteNames(expression.name);
      case "Star": {
        const star = [...expression.target.map(quoteName), "*"].join(".");
        const except = expression.except.map(quoteNames).join(", ");
        return except === "" ? star : `${star} EXCEPT (${except})`;
      }
      case "Alias":
        return `${this.#bare(expression.expression)} AS ${aliasNames(expression.names)}`;
      case "Call":
        return this.#call(expression);
      case "Case":
        return this.#case(expression);
      case "Lambda":
        return `${parameters(expression.parameters)} -> ${this.#bare(expression.body)}`;
      case "SortKey":
        return this.#sortKey(expression);
      case "WindowExpression":
        return this.#window(expression);
      default:
        return this.#other(expression);
    }
  }

  #other(expression: Expression): string {
    switch (expression.kind) {
      case "Cast": {
        const word = expression.try ? "TRY_CAST" : "CAST";
        return `${word}(${this.#bare(expression.expression)} AS ${sqlType(expression.dataType)})`;
      }
      case "FieldAccess":
        return `${this.#target(expression.expression)}.${quoteName(expression.field)}`;
      case "JsonPath":
        return `${this.#rooted(expression.expression)}${expression.path.map(pathStep).join("")}`;
      case "ScalarSubquery":
        return `(${this.#query(expression.relation)})`;
      case "Exists":
        return `EXISTS (${this.#query(expression.relation)})`;
      case "InSubquery": {
        const [only] = expression.values;
        const one = only !== undefined && expression.values.length === 1;
        const left = one ? this.#above(only, POWER.comparison) : `(${this.#list(expression.values)})`;
        return `${left} IN (${this.#query(expression.relation)})`;
      }
      default:
        return this.print(expression);
    }
  }

  /** An expression where an alias may not stand. */
  #bare(expression: Expression): string {
    return expression.kind === "Alias" ? `(${this.print(expression)})` : this.print(expression);
  }

  /** An expression as an operand of something that binds this tightly. */
  #above(expression: Expression, power: number): string {
    const text = this.print(expression);
    return powerOf(expression) < power ? `(${text})` : text;
  }

  /** What a field is taken from: a name or a number would swallow the dot. */
  #target(expression: Expression): string {
    const bracket = expression.kind === "ColumnReference" || expression.kind === "Literal";
    return bracket ? `(${this.print(expression)})` : this.#rooted(expression);
  }

  /** What an element or path is taken from: a JSON path would swallow it. */
  #rooted(expression: Expression): string {
    return expression.kind === "JsonPath" ? `(${this.print(expression)})` : this.#above(expression, POWER.primary);
  }

  #list(expressions: readonly Expression[]): string {
    return expressions.map((one) => this.print(one)).join(", ");
  }

  #call(call: Call): string {
    return this.#operator(call) ?? this.#plainCall(call);
  }

  #operator(call: Call): string | undefined {
    const { name, args } = call;
    const [first, second, third] = args;
    if (first === undefined || call.argNames || call.distinct || call.filter || call.orderBy) return undefined;
    const form = FORMS[name];
    if (form !== undefined && args.length === form.operands) {
      return form.print(args.map((one) => this.#above(one, form.power)));
    }
    if (name === "in" && second !== undefined) {
      return `${this.#above(first, POWER.comparison)} IN (${this.#list(args.slice(1))})`;
    }
    if (
      (name === "like" || name === "ilike") &&
      second !== undefined &&
      third?.kind === "Literal" &&
      args.length === 3
    ) {
      const pattern = `${this.#above(first, POWER.comparison)} ${name.toUpperCase()} ${this.#above(second, POWER.comparison)}`;
      return `${pattern} ESCAPE ${printLiteral(third)}`;
    }
    if (name === "[]" && second !== undefined) return `${this.#rooted(first)}[${this.#bare(second)}]`;
    return second !== undefined && args.length === 2 ? this.#infix(call, first, second) : undefined;
  }

  #infix(call: Call, left: Expression, right: Expression): string | undefined {
    const operator = infixOf(call);
    if (operator === undefined) return undefined;
    const { name, power } = operator;
    const chain = name === "and" || name === "or" ? connected(call, name) : undefined;
    const word = ` ${name.toUpperCase()} `;
    if (chain) return chain.map((one) => this.#above(one, power + 1)).join(word);
    return `${this.#above(left, power)}${word}${this.#above(right, power + 1)}`;
  }

  #plainCall(call: Call): string {
    const { name, args, argNames, distinct, filter, orderBy, ignoreNulls } = call;
    const shown = args.map((arg, i) => {
      const text = this.#argument(call, arg, i);
      const argName = argNames?.[i];
      return argName === undefined ? text : `${quoteName(argName)} => ${text}`;
    });
    const order = orderBy ? ` WITHIN GROUP (ORDER BY ${this.#list(orderBy)})` : "";
    const where = filter ? ` FILTER (WHERE ${this.print(filter)})` : "";
    const nulls = ignoreNulls ? " IGNORE NULLS" : "";
    return `${functionName(name)}(${distinct ? "DISTINCT " : ""}${shown.join(", ")})${order}${where}${nulls}`;
  }

  #argument(call: Call, argument: Expression, index: number): string {
    const unit = index === 0 && call.args.length === 3 && UNIT_FIRST.has(call.name);
    if (unit && argument.kind === "Literal" && /^[A-Z]+$/.test(String(argument.value))) return String(argument.value);
    return argument.kind === "Alias" && call.name === "struct" ? this.print(argument) : this.#bare(argument);
  }

  #case({ branches, otherwise }: Extract<Expression, { kind: "Case" }>): string {
    const shown = branches.map(({ when, then }) => ` WHEN ${this.#bare(when)} THEN ${this.#bare(then)}`);
    return `CASE${shown.join("")}${otherwise ? ` ELSE ${this.#bare(otherwise)}` : ""} END`;
  }

  #sortKey({ expression, ascending, nullsFirst }: SortKey): string {
    const nulls = nullsFirst === undefined ? "" : ` NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
    return `${this.#bare(expression)}${ascending ? "" : " DESC"}${nulls}`;
  }

  #window({ call, partitionBy, orderBy, frame }: WindowExpression): string {
    const parts = [
      partitionBy.length > 0 ? `PARTITION BY ${this.#list(partitionBy)}` : "",
      orderBy.length > 0 ? `ORDER BY ${this.#list(orderBy)}` : "",
      frame ? `${frame.unit.toUpperCase()} BETWEEN ${this.#bound(frame.lower)} AND ${this.#bound(frame.upper)}` : "",
    ];
    const inner = call.kind === "Call" ? this.#plainCall(call) : this.print(call);
    return `${inner} OVER (${parts.filter((part) => part !== "").join(" ")})`;
  }

  #bound(bound: FrameBound): string {
    switch (bound.kind) {
      case "CurrentRow":
        return "CURRENT ROW";
      case "UnboundedPreceding":
        return "UNBOUNDED PRECEDING";
      case "UnboundedFollowing":
        return "UNBOUNDED FOLLOWING";
      default:
        return `${this.#above(bound.offset, POWER.comparison)} ${bound.kind.toUpperCase()}`;
    }
  }
}

interface Form {
  readonly operands: number;
  /** How tightly the operands must bind, and the form itself. */
  readonly power: number;
  readonly own: number;
  readonly print: (operands: readonly string[]) => string;
}

function predicate(operands: number, print: Form["print"]): Form {
  return { operands, power: POWER.comparison, own: POWER.predicate, print };
}

function sign(symbol: string): Form {
  return {
    operands: 1,
    power: POWER.unary,
    own: POWER.unary,
    print: ([x = ""]) => (/^[-\d.]/.test(x) ? `${symbol}(${x})` : `${symbol}${x}`),
  };
}

const FORMS: Readonly<Record<string, Form>> = {
  not: { operands: 1, power: POWER.not, own: POWER.not, print: ([x]) => `NOT ${x}` },
  ...{ negative: sign("-"), positive: sign("+"), "~": sign("~") },
  isnull: predicate(1, ([x]) => `${x} IS NULL`),
  isnotnull: predicate(1, ([x]) => `${x} IS NOT NULL`),
  istrue: predicate(1, ([x]) => `${x} IS TRUE`),
  isfalse: predicate(1, ([x]) => `${x} IS FALSE`),
  between: predicate(3, ([x, low, high]) => `${x} BETWEEN ${low} AND ${high}`),
  like: predicate(2, ([x, pattern]) => `${x} LIKE ${pattern}`),
  ilike: predicate(2, ([x, pattern]) => `${x} ILIKE ${pattern}`),
  rlike: predicate(2, ([x, pattern]) => `${x} RLIKE ${pattern}`),
};

function powerOf(expression: Expression): number {
  switch (expression.kind) {
    case "Alias":
    case "Lambda":
    case "SortKey":
      return 0;
    case "InSubquery":
      return POWER.predicate;
    case "Call":
      return powerOfCall(expression);
    case "Literal":
      return /^-/.test(printLiteral(expression)) ? POWER.unary : POWER.primary;
    default:
      return POWER.primary;
  }
}

function powerOfCall(call: Call): number {
  const { name, args } = call;
  if (args.length === 0 || call.argNames || call.distinct || call.filter || call.orderBy) return POWER.primary;
  const form = FORMS[name];
  if (form !== undefined && args.length === form.operands) return form.own;
  if (name === "in" || ((name === "like" || name === "ilike") && args.length === 3)) return POWER.predicate;
  return infixOf(call)?.power ?? POWER.primary;
}

function infixOf({ name, args }: Call): { readonly name: string; readonly power: number } | undefined {
  const canonical = name === "==" ? "=" : name === "!=" ? "<>" : name;
  return args.length === 2 && Object.hasOwn(INFIX, canonical) ? INFIX[canonical] : undefined;
}

function functionName(name: string): string {
  return name.split(".").map(quoteFunction).join(".");
}

const CALLABLE_WORDS: ReadonlySet<string> = new Set([
  ...["left", "right", "exists", "extract", "like", "ilike", "rlike", "regexp", "grouping", "filter", "any", "some"],
  ...["current_date", "current_time", "current_timestamp", "current_user", "session_user"],
]);

function quoteFunction(name: string): string {
  return CALLABLE_WORDS.has(name) ? name : quoteName(name);
}

function aliasNames(names: readonly string[]): string {
  const [only = ""] = names;
  return names.length === 1 ? quoteName(only) : `(${names.map(quoteName).join(", ")})`;
}

function parameters(names: readonly string[]): string {
  const [only = ""] = names;
  return names.length === 1 ? quoteName(only) : `(${names.map(quoteName).join(", ")})`;
}

function pathStep(step: string | number, index: number): string {
  const lead = index === 0 ? ":" : "";
  if (typeof step === "number") return `${lead}[${step}]`;
  if (step === "*") return `${lead}[*]`;
  return (index === 0 ? ":" : ".") + backQuote(step);
}
