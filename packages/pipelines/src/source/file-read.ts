import type { DataSource } from "@sluice/query";
import type { Engine } from "../engine/engine.ts";
import type { OpenStore } from "../engine/file-store.ts";
import { canonicalFormat } from "./file-source-format.ts";
import type { PathWorld } from "./file-source-path.ts";
import { ReaderOptions } from "./reader-options.ts";

/** How many files are looked into at most to tell a format or columns. */
export const INFERENCE_FILES = 1000;

/** What resolving a source of files may ask. */
export interface FileSourceWorld extends PathWorld {
  readonly engine: Pick<Engine, "inferSchema">;
  /** Where inferred schemas of this source are kept unless its options say otherwise: an absolute folder. */
  readonly schemaLocation: string;
  readonly openStore: OpenStore;
  /** Whether to look at the files although a schema is stored, as a full refresh does. */
  readonly inferAgain: boolean;
  /** Whether streams of files other than `cloudFiles` may infer their schema: `spark.sql.streaming.schemaInference`. */
  readonly streamingInference: boolean;
}

/** A read of files as the user wrote it, its options at hand. */
export class FileRead {
  readonly leaf: DataSource;
  readonly options: ReaderOptions;
  readonly autoLoader: boolean;

  constructor(leaf: DataSource) {
    this.leaf = leaf;
    this.options = new ReaderOptions(leaf.options);
    this.autoLoader = ["cloudfiles", "read_files"].includes(leaf.format.toLowerCase());
  }

  /** The column that takes each record as a VARIANT. */
  get variantColumn(): string | undefined {
    const name = this.options.get("singleVariantColumn");
    return name === "" ? undefined : name;
  }

  get recursive(): boolean {
    return this.autoLoader || this.options.flag("recursiveFileLookup") === true;
  }

  /** `none` unless a schema is inferred. */
  get evolution(): string {
    const given = this.options.get("cloudFiles.schemaEvolutionMode")?.trim().toLowerCase();
    return given ?? (this.leaf.schema === undefined ? "addnewcolumns" : "none");
  }

  get inferTypes(): boolean {
    const format = this.leaf.format.toLowerCase();
    if (this.autoLoader) return this.options.flag("cloudFiles.inferColumnTypes") ?? false;
    if (format === "csv") return this.options.flag("inferSchema") ?? false;
    return this.options.flag("primitivesAsString") !== true;
  }
}

/** Whether all files of a format have the same columns. */
export function isFixed(format: string): boolean {
  return format === "text" || format === "binaryfile";
}

/** The format of the files as far as the program says it. */
export function givenFormat({ leaf, options, autoLoader }: FileRead): string | undefined {
  const name = autoLoader ? options.get("cloudFiles.format") : leaf.format;
  return name === undefined ? undefined : canonicalFormat(name);
}
