import {
  type ColumnLike,
  callerOrigin,
  type DataFrameLike,
  type Expression,
  type Origin,
  type Policy,
  type StructType,
} from "@sluice/query";
import type { DatasetDeclaration, Expectation } from "../declaration/declaration.ts";
import { closestMatch } from "../diagnostics/closest-match.ts";
import type { ErrorCode, ErrorParams } from "../diagnostics/error-params.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";

/** Rules by name: a condition in SQL or a Column that holds for good rows. NULL counts as good unless the pipeline's settings say otherwise. */
export type Expectations = Readonly<Record<string, string | ColumnLike>>;

/** What becomes of rows that break a rule: kept and counted, dropped and counted, the update of the table given up, or kept aside with their reasons. */
export interface ExpectationOptions {
  readonly expect?: Expectations;
  readonly expectOrDrop?: Expectations;
  readonly expectOrFail?: Expectations;
  readonly expectOrQuarantine?: Expectations;
  /** As `expect`. */
  readonly expectAll?: Expectations;
  /** As `expectOrDrop`. */
  readonly expectAllOrDrop?: Expectations;
  /** As `expectOrFail`. */
  readonly expectAllOrFail?: Expectations;
}

/** What a view is, besides its query. */
export interface ViewOptions extends ExpectationOptions {
  /** One, two or three parts with dots; the query function's name unless given. */
  readonly name?: string;
  readonly comment?: string;
  readonly sparkConf?: Readonly<Record<string, string>>;
}

/** What a stored table is, besides its query. */
export interface TableOptions extends ViewOptions {
  /** Delta's properties, `pipelines.*` and labels of your own. */
  readonly tableProperties?: Readonly<Record<string, string>>;
  readonly partitionCols?: readonly string[];
  /** At most four columns. */
  readonly clusterBy?: readonly string[];
  /**
   * The columns, as a struct type or as text in the brackets of CREATE TABLE: types, NOT NULL, COMMENT, `GENERATED ALWAYS AS (expr)`, keys, `CONSTRAINT .. EXPECT`; those of the
   * query unless given. A generated column is computed in the rows of every flow of the table, from the others of its row.
   */
  readonly schema?: string | StructType;
  /** Stored, but not published in the catalog. */
  readonly private?: boolean;
  /** The old name of `private`. */
  readonly temporary?: boolean;
}

/** A query function: describes the rows, runs nothing, may be called more than once. */
export type QueryFunction = () => DataFrameLike;

/** Options after checking, under their one spelling. */
export type CheckedOptions = Readonly<Record<string, unknown>>;

const POLICIES: Readonly<Record<string, Policy>> = {
  expect: "warn",
  expectAll: "warn",
  expectOrDrop: "drop",
  expectAllOrDrop: "drop",
  expectOrFail: "fail",
  expectAllOrFail: "fail",
  expectOrQuarantine: "quarantine",
};

const VIEW_OPTIONS = ["name", "comment", "sparkConf", ...Object.keys(POLICIES)];
const TABLE_OPTIONS = [
  ...VIEW_OPTIONS,
  "tableProperties",
  "partitionCols",
  "clusterBy",
  "schema",
  "private",
  "temporary",
];
const FLOW_OPTIONS = ["target", "name", "once", "comment", "sparkConf"];

/** The options that each call takes. */
export const OPTION_NAMES: Readonly<Record<"view" | "table" | "flow", readonly string[]>> = {
  view: VIEW_OPTIONS,
  table: TABLE_OPTIONS,
  flow: FLOW_OPTIONS,
};

/** Real options of Databricks that come later, and what to do until then. */
const LATER: Readonly<Record<string, string>> = {
  path: "Tables are stored below the pipeline's `storage`; leave it out.",
  rowFilter: "Filter the rows in the query, or in what reads the table.",
  clusterByAuto: "Name the columns with clusterBy.",
  format: "Tables are Delta tables; leave it out.",
};

/** An error at the place of the person's call. */
export function misuse<Code extends ErrorCode>(code: Code, params: ErrorParams[Code]): PipelineError<Code> {
  return new PipelineError(code, params, { origin: callerOrigin() });
}

/**
 * Options under their camelCase names; PySpark's snake_case spellings are taken too, and `undefined` counts as not given.
 *
 * @throws PipelineError for an option that the call does not have.
 */
export function checkOptions(call: string, options: object, known: readonly string[]): CheckedOptions {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [optionName(call, key, known), value]));
}

function optionName(call: string, key: string, known: readonly string[]): string {
  const name = key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (known.includes(name)) return name;
  const plan = LATER[name];
  if (plan !== undefined) throw misuse("UNSUPPORTED_FEATURE", { feature: `Option \`${key}\` of ${call}`, plan });
  const closest = closestMatch(key, known);
  throw misuse("UNKNOWN_OPTION", { where: call, option: key, ...(closest === undefined ? {} : { closest }) });
}

/** The rules among checked options, in the order written. */
export function expectationsOf(call: string, options: CheckedOptions, origin: Origin): readonly Expectation[] {
  return Object.entries(options).flatMap(([option, rules]) => {
    const policy = POLICIES[option];
    return policy === undefined ? [] : ruleList(call, option, rules).map((rule) => ({ ...rule, policy, origin }));
  });
}

function ruleList(call: string, option: string, rules: unknown): readonly Pick<Expectation, "name" | "condition">[] {
  if (typeof rules !== "object" || rules === null || Array.isArray(rules)) {
    throw notExpected(call, option, 'an object of rules, { valid_id: "id IS NOT NULL" }', rules);
  }
  return Object.entries(rules).map(([name, condition]) => ({
    name,
    condition: ruleCondition(call, `${option}.${name}`, condition),
  }));
}

function ruleCondition(call: string, option: string, condition: unknown): string | Expression {
  if (typeof condition === "string") return condition;
  if (typeof condition === "object" && condition !== null && "expression" in condition) {
    return (condition as ColumnLike).expression;
  }
  throw notExpected(call, option, "a SQL condition or a Column", condition);
}

/** An option that is text. */
export function textOption(call: string, options: CheckedOptions, option: string): string | undefined {
  const value = options[option];
  if (value === undefined || typeof value === "string") return value;
  throw notExpected(call, option, "a text", value);
}

/** An option that is true or false; false when not given. */
export function flagOption(call: string, options: CheckedOptions, option: string): boolean {
  const value = options[option] ?? false;
  if (typeof value === "boolean") return value;
  throw notExpected(call, option, "true or false", value);
}

/** An option that is a list of names; one name alone is a list of it. */
export function namesOption(call: string, options: CheckedOptions, option: string): readonly string[] {
  const value = options[option] ?? [];
  if (typeof value === "string") return [value];
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) return value;
  throw notExpected(call, option, "an array of column names", value);
}

/** An option that maps keys to texts; numbers and Booleans are taken as their text. */
export function recordOption(call: string, options: CheckedOptions, option: string): Readonly<Record<string, string>> {
  const value = options[option] ?? {};
  if (typeof value !== "object" || Array.isArray(value)) throw notExpected(call, option, "an object of texts", value);
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([key, one]: [string, unknown]) => {
      if (!["string", "number", "boolean"].includes(typeof one))
        throw notExpected(call, `${option}.${key}`, "a text", one);
      return [key, String(one)];
    }),
  );
}

/** The schema option: DDL text or anything with fields. */
export function schemaOption(call: string, options: CheckedOptions): Pick<DatasetDeclaration, "schema"> {
  const value = options["schema"];
  if (value === undefined) return {};
  if (typeof value === "string") return { schema: value };
  if (typeof value === "object" && value !== null && "fields" in value) return { schema: value as StructType };
  throw notExpected(call, "schema", "DDL text or a StructType", value);
}

/** An error about an option of the wrong type. */
export function notExpected(call: string, option: string, expected: string, value: unknown): PipelineError {
  return misuse("NOT_EXPECTED_TYPE", { call, option, expected, found: describe(value) });
}

/** What a value is, in a word or two. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (value instanceof Promise) return "a Promise";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `the text "${value}"`;
  return typeof value === "function" ? "a function" : `the ${typeof value} ${String(value)}`;
}
