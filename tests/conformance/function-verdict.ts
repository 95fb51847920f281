import { openDuckDbEngine } from "@sluice/engine-duckdb";
import type { Engine, Session } from "@sluice/pipelines";
import { analyze, parseQuery, QueryError, type StructType, simpleString } from "@sluice/query";
import { hiveText } from "./hive-text.ts";

/** One documented example: the rows as Spark prints them, cells separated by tabs, and the schema in Spark's JSON. */
export interface FunctionExample {
  readonly group: string;
  readonly query: string;
  readonly result: readonly string[];
  readonly schema: { readonly fields: readonly { readonly type: unknown }[] };
}

/** How an example went. `refused`: reported before anything ran, as Spark would not; `differs`: another value, type or failure than Spark's. */
export type Verdict =
  | { readonly kind: "equal" }
  | { readonly kind: "refused"; readonly function: string | undefined; readonly message: string }
  | { readonly kind: "differs"; readonly message: string };

const EQUAL: Verdict = { kind: "equal" };
const TIME_ZONE = "America/Los_Angeles";

/** What becomes of every example, in their order. */
export async function judge(examples: readonly FunctionExample[]): Promise<readonly Verdict[]> {
  const engine = await openDuckDbEngine();
  const session: Session = { ansi: true, timeZone: TIME_ZONE, now: BigInt(Date.now()) * 1000n };
  const verdicts: Verdict[] = [];
  try {
    for (const example of examples) verdicts.push(await verdictOf(engine, example, session));
  } finally {
    await engine.close();
  }
  return verdicts;
}

async function verdictOf(engine: Engine, example: FunctionExample, session: Session): Promise<Verdict> {
  const wanted = example.result
    .map((row) => row.trim())
    .filter((row) => row !== "")
    .toSorted();
  try {
    const plan = analyze(parseQuery(example.query, undefined, { timeZone: TIME_ZONE }), {
      ...session,
      resolveLeaf: () => ({ condition: "TABLE_OR_VIEW_NOT_FOUND", message: "there are no tables", parameters: {} }),
    });
    const problems = engine.check(plan);
    if (problems.length > 0) throw new QueryError(problems);
    const { schema, rows } = await engine.query(plan, new Map(), session);
    const got = rows.map((row) => rowText(row, schema).trim()).toSorted();
    return compare(
      typesOf(example),
      schema.fields.map((one) => simpleString(one.dataType)),
      wanted,
      got,
    );
  } catch (error) {
    return failed(error, wanted);
  }
}

function rowText(row: readonly (null | unknown)[], { fields }: StructType): string {
  return fields.map((one, i) => hiveText((row[i] ?? null) as never, one.dataType, TIME_ZONE)).join("\t");
}

/** The examples have lost rows that print as an empty line. */
function compare(
  wantedTypes: readonly string[],
  types: readonly string[],
  wanted: readonly string[],
  got: readonly string[],
): Verdict {
  if (wantedTypes.join() !== types.join()) {
    return { kind: "differs", message: `type ${types.join()}, in Spark ${wantedTypes.join()}` };
  }
  const printed = got.filter((row) => row !== "");
  const same = wanted.length === printed.length && wanted.every((row, i) => sameRow(row, printed[i] ?? ""));
  return same ? EQUAL : { kind: "differs", message: `${JSON.stringify(got)}, in Spark ${JSON.stringify(wanted)}` };
}

/** Doubles may differ in their last digit: Java computes some functions in software. */
function sameRow(wanted: string, got: string): boolean {
  const cells = got.split("\t");
  return wanted.split("\t").every((cell, i) => {
    const other = cells[i] ?? "";
    if (cell === other) return true;
    const fractional = /^-?\d+\.\d+(E-?\d+)?$/;
    return fractional.test(cell) && fractional.test(other) && Math.abs(Number(cell) / Number(other) - 1) < 1e-14;
  });
}

/** An error is right where Spark's example shows the same one. */
function failed(error: unknown, wanted: readonly string[]): Verdict {
  if (error instanceof QueryError) {
    const [first] = error.problems;
    const name = first?.parameters["functionName"] ?? first?.parameters["routineName"];
    return { kind: "refused", function: name?.replaceAll("`", ""), message: `${first?.condition}: ${first?.message}` };
  }
  const message = error instanceof Error ? error.message : String(error);
  const [shown = ""] = wanted;
  const isShown = shown.startsWith("[") && message.includes(shown.replace(/^\[[A-Z_.]+\] /, ""));
  return isShown ? EQUAL : { kind: "differs", message };
}

function typesOf({ schema }: FunctionExample): readonly string[] {
  return schema.fields.map(({ type }) => jsonTypeName(type));
}

const SIMPLE_NAMES: Readonly<Record<string, string>> = {
  ...{ byte: "tinyint", short: "smallint", integer: "int", long: "bigint", null: "void" },
};

interface NestedType {
  readonly type: string;
  readonly elementType?: unknown;
  readonly keyType?: unknown;
  readonly valueType?: unknown;
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[];
}

/** A type in Spark's JSON as `typeof` prints it. */
function jsonTypeName(type: unknown): string {
  if (typeof type === "string") return SIMPLE_NAMES[type] ?? type.replace(", ", ",");
  const nested = type as NestedType;
  if (nested.type === "array") return `array<${jsonTypeName(nested.elementType)}>`;
  if (nested.type === "map") return `map<${jsonTypeName(nested.keyType)},${jsonTypeName(nested.valueType)}>`;
  return `struct<${(nested.fields ?? []).map((one) => `${one.name}:${jsonTypeName(one.type)}`).join(",")}>`;
}
