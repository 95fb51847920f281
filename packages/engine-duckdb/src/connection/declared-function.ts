import { createHash } from "node:crypto";
import type { DuckDBScalarFunction } from "@duckdb/node-api";
import type { SchemaRegistry, WriterSchema } from "@sluice/pipelines";

type Duck = typeof import("@duckdb/node-api");

export type { WriterSchema };

/** What functions made for one statement may ask while they run. */
export interface FunctionWorld {
  /** The schema that messages of an id are written with, in a schema registry; undefined for ids of none. Waits for the answer. @throws Error */
  readonly writerSchema: SchemaRegistry["writerSchema"];
}

/** Makes a declared function; loads what it needs. */
export type FunctionMaker = (name: string, duck: Duck, world: FunctionWorld) => Promise<DuckDBScalarFunction>;

const declared = new Map<string, FunctionMaker>();

/** The name under which statements may call a function that `facts` describe wholly: the same facts give the same name. It is made where it is first called. */
export function declareFunction(prefix: string, facts: unknown, maker: FunctionMaker): string {
  const digest = createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 20);
  const name = `js_${prefix}_${digest}`;
  if (!declared.has(name)) declared.set(name, maker);
  return name;
}

/** The maker of a declared function; undefined for names that are none. */
export function declaredFunction(name: string): FunctionMaker | undefined {
  return declared.get(name);
}
