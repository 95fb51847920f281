import type { Typed } from "@sluice/query";
import type { Scope } from "./context.ts";
import { copiesOf, expandedSize, mentions } from "./expanded-size.ts";
import { visitExpression } from "./walk.ts";

const CHANCE: ReadonlySet<string> = new Set(["rand", "randn", "randstr", "uuid", "shuffle", "aes_encrypt"]);
const known = new WeakMap<Typed, boolean>();

/** Whether an expression gives another value each time that it is evaluated. */
function isChance(expression: Typed): boolean {
  const answered = known.get(expression);
  if (answered !== undefined) return answered;
  let found = false;
  visitExpression(expression, (inner) => {
    if (inner.kind === "Call" && CHANCE.has(inner.name)) found = true;
  });
  known.set(expression, found);
  return found;
}

/** So large, in characters, may the copies of an operand be: DuckDB takes about a tenth of a second to bind them. */
const MOST = 12_000;

interface Operand {
  readonly expression: Typed;
  readonly sql: string;
  readonly name: string;
}

/**
 * Writes an operation whose SQL may name an operand several times. Operands that depend on chance, those whose copies would make the statement grow with
 * every level of nesting, and those that may raise an error within TRY, which DuckDB refuses, are evaluated once, before.
 */
export function evaluatedOnce(operands: readonly Typed[], scope: Scope, emit: (scope: Scope) => string): string {
  const computed = operands.filter(isComputed);
  if (computed.length === 0) return emit(scope);
  const bound = computed.map(
    (expression, i): Operand => ({ expression, sql: scope.sql(expression), name: `"_v${i}"` }),
  );
  const plain = emit(withTexts(scope, bound, "sql"));
  const isQuiet = !bound.some(isVolatile) || !mentions(plain, TRIES);
  if (isQuiet && !bound.some(({ expression }) => isChance(expression)) && expandedSize(plain) <= MOST) return plain;
  const body = emit(withTexts(scope, bound, "name"));
  if (!bound.some((one) => mustBeBound(one, body))) return plain;
  return bound.reduceRight((inner, { sql, name }) => `list_transform([${sql}], lambda ${name}: ${inner})[1]`, body);
}

function isComputed({ kind }: Typed): boolean {
  return !["Literal", "Column", "LambdaVariable", "Lambda"].includes(kind);
}

function withTexts(scope: Scope, operands: readonly Operand[], text: "sql" | "name"): Scope {
  const texts = new Map(operands.map((one) => [one.expression, one[text]]));
  return { ...scope, sql: (expression) => texts.get(expression) ?? scope.sql(expression) };
}

const TRIES = "TRY(";

function isVolatile({ expression, sql }: Operand): boolean {
  return isChance(expression) || mentions(sql, "error(");
}

function mustBeBound(operand: Operand, body: string): boolean {
  const copies = copiesOf(operand.name, body);
  if (copies > 0 && isVolatile(operand) && mentions(body, TRIES)) return true;
  return copies > 1 && (isChance(operand.expression) || copies * expandedSize(operand.sql) > MOST);
}
