import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filesToCompact } from "./compact-files.ts";
import type { TableFile } from "./engine.ts";

const KB = 1024;

function files(sizes: readonly number[], partition = ""): readonly TableFile[] {
  return sizes.map((sizeBytes, i) => ({ path: `${partition}/${i}`, sizeBytes, modifiedAt: i, partition }));
}

describe("files that are brought together", () => {
  test("are the small ones, when a partition has many of them", () => {
    const many = Array.from({ length: 30 }, () => 10 * KB);
    expect(filesToCompact(files([...many, 5000 * KB]))).toHaveLength(30);
    expect(filesToCompact(files(many.slice(0, 10)))).toEqual([]);
    const spread = Array.from({ length: 30 }, (_, i) => files([10 * KB], `p=${i}`)).flat();
    expect(filesToCompact(spread)).toEqual([]);
    expect(filesToCompact([...spread, ...files(many, "q")])).toHaveLength(30);
  });

  test("are written again as often as the logarithm of the batches, and stay few", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2000, maxLength: 2000 }), (sizes) => {
        let table: readonly TableFile[] = [];
        let written = 0;
        for (const [i, size] of sizes.entries()) {
          table = [...table, { path: `${i}`, sizeBytes: size * KB, modifiedAt: i, partition: "" }];
          const chosen = new Set(filesToCompact(table));
          const sizeBytes = table.reduce((sum, file) => sum + (chosen.has(file.path) ? file.sizeBytes : 0), 0);
          if (chosen.size === 0) continue;
          written += sizeBytes;
          table = [
            ...table.filter(({ path }) => !chosen.has(path)),
            { path: `c${i}`, sizeBytes, modifiedAt: i, partition: "" },
          ];
        }
        const total = sizes.reduce((sum, size) => sum + size * KB, 0);
        expect(table.length).toBeLessThan(60);
        expect(written / total).toBeLessThan(12);
      }),
      { numRuns: 5 },
    );
  });
});
