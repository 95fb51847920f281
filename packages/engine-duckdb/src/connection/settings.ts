import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { FunctionWorld } from "./declared-function.ts";

/** How much of the machine the engine may use. */
export interface DuckDbOptions {
  /** What DuckDB may hold in memory before it spills to disk, as `1200MB` or `8GiB`. Default 1200MB. */
  readonly memoryLimit?: string;
  /** Default: the number of cores. */
  readonly threads?: number;
  /** Where spilled and staged data goes; a folder of its own is made inside and removed on close. Default: the system's. */
  readonly tempDirectory?: string;
  /**
   * The schema that messages with an id are written with, from the schema registry that options of `from_avro` and `from_protobuf` describe; called while rows are read, for
   * each id once. Waits for the answer. Absent: there is no registry. @throws Error
   */
  readonly writerSchema?: FunctionWorld["writerSchema"];
}

/** What functions may ask while statements run. */
export function functionWorld({ writerSchema }: DuckDbOptions): FunctionWorld {
  const missing = () => {
    throw new Error("[SCHEMA_REGISTRY_MISSING] This engine was opened without a schema registry.");
  };
  return { writerSchema: writerSchema ?? missing };
}

const MEMORY = /^(\d+(?:\.\d+)?)\s*(K|M|G|T)(i?)B$/i;
const DEFAULT_MEMORY = "1200MB";

/** `memoryLimit` in bytes. @throws Error as `duckDbConfig` */
export function memoryBytes({ memoryLimit = DEFAULT_MEMORY }: DuckDbOptions): number {
  const [, number, unit = "", binary = ""] = MEMORY.exec(memoryLimit) ?? [];
  if (number === undefined)
    throw new Error(`memoryLimit must be a number with a unit such as "1200MB", not "${memoryLimit}"`);
  return Number(number) * (binary === "" ? 1000 : 1024) ** ("KMGT".indexOf(unit.toUpperCase()) + 1);
}

/**
 * The options as DuckDB's configuration.
 *
 * @throws Error for a value that is not in the form documented.
 */
export function duckDbConfig(options: DuckDbOptions, workFolder: string): Record<string, string> {
  memoryBytes(options);
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(`threads must be a whole number from 1, not ${threads}`);
  return {
    memory_limit: options.memoryLimit ?? DEFAULT_MEMORY,
    threads: String(threads),
    temp_directory: join(workFolder, "spill"),
    preserve_insertion_order: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  };
}
