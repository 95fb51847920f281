import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileEntry } from "@sluice/pipelines";
import type { StructField } from "@sluice/query";
import { quoteText } from "../../compile/identifier.ts";
import { exampleOf, nativeShape } from "../../compile/json-fit.ts";
import { pathList } from "../file-list.ts";
import type { FileScan } from "../file-scan.ts";
import { MOST_GROWTH } from "./number-marks.ts";
import { FILE_MEMBER } from "./stage-json.ts";

/** What the typed reader reads, and how a row tells its file: by DuckDB's index of the file, by a member of each record, or not at all. */
export interface JsonSource {
  readonly files: readonly FileEntry[];
  readonly paths: readonly string[];
  readonly identity: "Index" | "Member" | "None";
  /** Whether the paths are those of copies whose numbers are marked. */
  readonly isMarked: boolean;
}

/** SQL of a reader of these fields alone. */
export function plainReader(fields: readonly StructField[], source: JsonSource): string {
  const { paths, identity } = source;
  const columns = fields.map((one) => `${quoteText(one.name)}: ${quoteText(nativeShape(one.dataType) ?? "JSON")}`);
  if (identity === "Member") columns.push(`${quoteText(FILE_MEMBER)}: 'BIGINT'`);
  return `read_json(${pathList(paths)}, format = 'newline_delimited', columns = {${columns.join(", ")}}${objectSize(source)})`;
}

/**
 * DuckDB's reader refuses unknown members only with columns that it has found by itself. So it is given a file of examples first, which it takes all
 * columns and types from; JSON is what it makes of values of mixed types.
 */
export function strictReader(scan: FileScan, fields: readonly StructField[], source: JsonSource): string {
  const { paths, identity } = source;
  const number = identity === "Member" ? { [FILE_MEMBER]: 0 } : {};
  const mixed: readonly unknown[] = [1, "text", { member: 1 }];
  const lines = mixed.map((example) =>
    JSON.stringify({
      ...number,
      ...Object.fromEntries(
        fields.map((one) => [one.name, nativeShape(one.dataType) === undefined ? example : exampleOf(one.dataType)]),
      ),
    }),
  );
  const text = `${lines.join("\n")}\n`;
  const path = join(scan.lastingFolder, `shape-${createHash("sha1").update(text).digest("hex")}.json`);
  if (!existsSync(path)) writeFileSync(path, text);
  const options = [
    "format = 'newline_delimited'",
    "sample_size = 3",
    "maximum_sample_files = 1",
    "map_inference_threshold = -1",
    "field_appearance_threshold = 0",
    "maximum_depth = -1",
  ];
  return `read_json(${pathList([path, ...paths])}, ${options.join(", ")}${objectSize(source)})`;
}

/** The longest record allowed: DuckDB reserves twice that for each thread, so small unless a file is large enough to need it. */
function objectSize({ files, isMarked }: JsonSource): string {
  const largest = files.reduce((most, file) => Math.max(most, file.sizeBytes), 0) * (isMarked ? MOST_GROWTH : 1);
  return `, maximum_object_size = ${Math.min(Math.max(largest + 1, 1 << 20), 16 << 20)}`;
}
