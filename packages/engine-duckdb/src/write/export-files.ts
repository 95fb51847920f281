import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileExport } from "@sluice/pipelines";
import type { StructField } from "@sluice/query";
import { quoteName, quoteText } from "../compile/identifier.ts";
import { toStored } from "../compile/stored-value.ts";
import type { DuckDb } from "../connection/duck-db.ts";
import { WorkFolder } from "../connection/work-folder.ts";
import { BadRecords } from "../read/bad-records.ts";
import { type DeltaTables, toTableError } from "../read/delta-tables.ts";
import { evaluate } from "../read/evaluation.ts";
import type { LocalCopies } from "../read/local-copies.ts";
import { ignoresCorruptFiles, type Tolerance, withTolerance } from "../read/tolerance.ts";
import { framedRow } from "./framed-row.ts";

/** Writes the rows of a plan, in the order in which they are read, into a folder of their own beside the others, then moves the files into place. */
export async function exportFiles(
  { db, tables }: { readonly db: DuckDb; readonly tables: DeltaTables },
  request: FileExport,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { folder: target, plan, inputs, session } = request;
  const staging = join(target, `_temporary-${randomUUID()}`);
  mkdirSync(staging, { recursive: true });
  try {
    const attempt = (tolerance: Tolerance, copies: LocalCopies): Promise<number> => {
      const folder = new WorkFolder(db.folder, "export");
      return db
        .use(session.timeZone, signal, async (connection) => {
          await connection.keepOrder();
          const badRecords = new BadRecords();
          const read = { connection, folder, tables, copies, inputs, tolerance, badRecords };
          const { sql, name, plan: root } = await evaluate(plan, { read, session, known: [] });
          const columns = root.output.map((one) => ({ sql: name(one), column: one }));
          const select = `SELECT ${selected(columns, request.format)} FROM (${sql}) AS q`;
          const [copied] = await connection.rows(`COPY (${select}) TO ${copyTarget(staging, request)}`);
          await badRecords.keep(connection, folder, { now: session.now, id: request.name ?? randomUUID() });
          return Number(copied?.["Count"] ?? 0);
        })
        .finally(() => folder.remove());
    };
    const rows = await tables.cache.use((copies) =>
      withTolerance((tolerance) => attempt(tolerance, copies), ignoresCorruptFiles(inputs)),
    );
    signal?.throwIfAborted();
    moveInto(target, staging);
    return rows;
  } catch (error) {
    throw toTableError(error);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function selected(
  columns: readonly { readonly sql: string; readonly column: StructField }[],
  format: FileExport["format"],
): string {
  if (format === "framed") return framedRow(columns.map(({ sql, column }) => ({ sql, dataType: column.dataType })));
  return columns.map(({ sql, column }) => `${toStored(sql, column.dataType)} AS ${quoteName(column.name)}`).join(", ");
}

function copyTarget(staging: string, request: FileExport): string {
  const { format, partitionBy, header, delimiter = ",", name, compression } = request;
  const file = name ?? `part-${randomUUID()}`;
  const isFlat = partitionBy.length === 0;
  const place = quoteText(isFlat ? join(staging, `${file}.${ending(request)}`) : staging);
  const partitions = `PARTITION_BY (${partitionBy.map(quoteName).join(", ")}), FILENAME_PATTERN '${file}-${name === undefined ? "{uuid}" : "{i}"}'`;
  const layout = isFlat ? "" : `, ${partitions}, FILE_EXTENSION '${ending(request)}'`;
  if (format === "parquet") return `${place} (FORMAT parquet, COMPRESSION ${parquetCompression(compression)}${layout})`;
  if (format === "framed") return `${place} (FORMAT blob)`;
  const packed = compression === "gzip" ? ", COMPRESSION gzip" : "";
  if (format === "csv") {
    return `${place} (FORMAT csv, QUOTE '"', ESCAPE '\\', NULLSTR '', DELIMITER ${quoteText(delimiter)}, HEADER ${header === true}${packed}${layout})`;
  }
  return `${place} (FORMAT csv, QUOTE '', ESCAPE '', DELIMITER E'\\x01', HEADER false${packed}${layout})`;
}

function parquetCompression(compression: FileExport["compression"] = "snappy"): string {
  return compression === "none" ? "uncompressed" : compression;
}

/** As Spark's files end: `csv.gz`. */
function ending({ format, compression }: FileExport): string {
  return compression === "gzip" && format !== "parquet" ? `${format}.gz` : format;
}

function moveInto(target: string, staging: string): void {
  const files = readdirSync(staging, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const place = join(target, parentPath.slice(staging.length), name);
    mkdirSync(dirname(place), { recursive: true });
    renameSync(join(parentPath, name), place);
  }
}
