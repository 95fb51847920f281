import type { DuckDBScalarFunction } from "@duckdb/node-api";
import { declareFunction } from "../../connection/declared-function.ts";
import type { PreludeFunction, PreludeType, PreludeValue } from "../../connection/prelude-definition.ts";
import { scalarFunction } from "../../connection/prelude-install.ts";
import type { XPathAnswer } from "./xpath-answer.ts";

type Duck = typeof import("@duckdb/node-api");

interface Kind {
  readonly returns: PreludeType;
  readonly of: (answer: XPathAnswer) => PreludeValue;
}

/** What the functions make of what a path finds. Whole numbers are those of Java's casts: no number is 0, one too large the largest. */
const KINDS: Readonly<Record<string, Kind>> = {
  xpath: { returns: "VARCHAR[]", of: (answer) => answer.texts() },
  xpath_string: { returns: "VARCHAR", of: (answer) => answer.text() },
  xpath_boolean: { returns: "BOOLEAN", of: (answer) => answer.truth() },
  xpath_double: { returns: "DOUBLE", of: (answer) => answer.number() },
  xpath_float: { returns: "FLOAT", of: (answer) => Math.fround(answer.number()) },
  xpath_int: { returns: "INTEGER", of: (answer) => Number(whole(answer.number(), 31)) },
  xpath_short: { returns: "INTEGER", of: (answer) => Number(BigInt.asIntN(16, whole(answer.number(), 31))) },
  xpath_long: { returns: "BIGINT", of: (answer) => whole(answer.number(), 63) },
};

/** The names of the functions that look for a path. */
export const XPATH_FUNCTIONS: readonly string[] = Object.keys(KINDS);

function whole(value: number, bits: number): bigint {
  const limit = 2n ** BigInt(bits);
  if (Number.isNaN(value)) return 0n;
  if (value >= Number(limit)) return limit - 1n;
  return value <= -Number(limit) ? -limit : BigInt(Math.trunc(value));
}

/** The name of the SQL function from XML text to what a path of XPath 1.0 finds; an empty text gives NULL, one that is not well-formed is an error. */
export function declareXPath(kind: string, path: string): string {
  const found = KINDS[kind];
  if (found === undefined) throw new Error(`no function ${kind}`);
  return declareFunction(kind, { path }, async (name, duck) => xpathFunction(name, duck, found, path));
}

async function xpathFunction(name: string, duck: Duck, kind: Kind, path: string): Promise<DuckDBScalarFunction> {
  const { XPathSearch } = await import("./xpath-answer.ts");
  const search = new XPathSearch(path);
  const definition: PreludeFunction = {
    parameters: ["VARCHAR"],
    returns: kind.returns,
    apply: (text) => (text === "" ? null : kind.of(search.in(String(text)))),
  };
  return scalarFunction(name, definition, duck);
}
