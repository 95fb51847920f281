import { EngineError } from "@sluice/pipelines";
import type { LocalCopies, LocalFile } from "../local-copies.ts";
import { removeAnnotations, type VariantAnnotations, variantAnnotations } from "./variant-annotations.ts";

const MANY = 100_000;

/**
 * Parquet files whose variants DuckDB must not take for its own: those lose what is null, and longer texts. What the footer of a file said is remembered.
 */
export class VariantFiles {
  readonly #known = new Map<string, VariantAnnotations>();

  /**
   * Where files can be read such that variants are groups of `value` and `metadata`: a file that marks them is read from a copy without the marks.
   *
   * @throws EngineError UNSUPPORTED_FEATURE.VARIANT_SHREDDING
   */
  async plain(files: readonly LocalFile[], copies: LocalCopies): Promise<readonly string[]> {
    const paths: string[] = [];
    for (const file of files) {
      const found = await this.#annotations(file);
      if (found.isShredded) throw shredded(file.path);
      paths.push(
        found.at.length === 0 ? file.local : await copies.changed(file, (copy) => removeAnnotations(copy, found)),
      );
    }
    return paths;
  }

  async #annotations({ path, local, sizeBytes, version }: LocalFile): Promise<VariantAnnotations> {
    const key = `${version} ${sizeBytes} ${path}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = await variantAnnotations(local);
    if (this.#known.size >= MANY) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }
}

function shredded(path: string): EngineError {
  return new EngineError(
    `The file "${path}" keeps parts of its variants in columns of their own (shredding), which cannot be read here. Write it anew with Spark's spark.sql.variant.writeShredding.enabled = false, or take the table property delta.enableVariantShredding away.`,
    { condition: "UNSUPPORTED_FEATURE.VARIANT_SHREDDING", domain: "user", retry: "never", file: path },
  );
}
