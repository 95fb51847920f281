import { statSync } from "node:fs";
import { dirname } from "node:path";
import { type DuckDbOptions, openDuckDbEngine } from "@sluice/engine-duckdb";
import type { Engine, FileEntry, FileRead, InputSlice, Session } from "@sluice/pipelines";
import { analyze, type Plan, parseQuery, QueryError, simpleString, struct, walkPlan } from "@sluice/query";
import { type Answer, canonical } from "./language-answer.ts";

interface Table {
  readonly read: FileRead;
  readonly files: readonly FileEntry[];
}

/** Our side: parser, analyzer and DuckDB engine over tables in Parquet files. */
export interface Ours {
  answer(query: string, session: Session): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens our side over the files by table name. */
export async function openOurs(paths: Readonly<Record<string, string>>, options: DuckDbOptions = {}): Promise<Ours> {
  const engine = await openDuckDbEngine(options);
  const tables = new Map<string, Table>();
  for (const [name, path] of Object.entries(paths)) {
    const found = statSync(path);
    const files = [{ path, sizeBytes: found.size, modifiedAt: found.mtimeMs }];
    const read = { format: "parquet", options: {}, basePath: dirname(path) };
    tables.set(name, { files, read: { ...read, schema: await engine.inferSchema(files, read, true) } });
  }
  return { answer: (query, session) => answer(engine, tables, query, session), close: () => engine.close() };
}

async function answer(
  engine: Engine,
  tables: ReadonlyMap<string, Table>,
  query: string,
  session: Session,
): Promise<Answer> {
  try {
    const plan = planOf(query, tables, session);
    const problems = engine.check(plan);
    if (problems.length > 0) throw new QueryError(problems);
    const { schema, rows } = await engine.query(plan, inputsOf(plan, tables), session);
    return { schema: simpleString(schema), rows: rows.map((row) => canonical(row, schema)) };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Answer {
  if (error instanceof QueryError) {
    return { error: error.problems[0]?.condition ?? "", message: error.message.slice(0, 300) };
  }
  const failure = error instanceof Error ? error : new Error(String(error));
  const condition = "condition" in failure ? String(failure.condition) : failure.name;
  return { error: condition, message: failure.message.slice(0, 300) };
}

function planOf(query: string, tables: ReadonlyMap<string, Table>, { ansi, timeZone }: Session): Plan {
  return analyze(parseQuery(query, undefined, { timeZone }), {
    ansi,
    timeZone,
    resolveLeaf: (leaf) => {
      const name = leaf.kind === "NamedTable" ? leaf.name.join(".") : "";
      const found = tables.get(name.toLowerCase());
      if (found !== undefined) return { kind: "Table", schema: found.read.schema, hidden: struct([]) };
      return { condition: "TABLE_OR_VIEW_NOT_FOUND", message: `There is no table \`${name}\`.`, parameters: {} };
    },
  });
}

function inputsOf(plan: Plan, tables: ReadonlyMap<string, Table>): ReadonlyMap<number, InputSlice> {
  const inputs = new Map<number, InputSlice>();
  for (const node of walkPlan(plan)) {
    if (node.kind !== "Scan" || node.leaf.kind !== "NamedTable") continue;
    const found = tables.get(node.leaf.name.join(".").toLowerCase());
    if (found !== undefined) inputs.set(node.scan, { kind: "Files", ...found });
  }
  return inputs;
}
