import type { FileEntry } from "@sluice/pipelines";
import type { CsvRecord } from "@sluice/query";
import { readOption } from "../../compile/read-option.ts";
import { timeFormats } from "../../compile/time-formats.ts";
import { Members } from "../../connection/json-value.ts";
import { tidy, type Variant, variantText } from "../../connection/variant/variant-value.ts";
import { textOf, unreadable } from "../bytes/file-bytes.ts";
import { StagedFile } from "../bytes/staged-file.ts";
import type { FileScan } from "../file-scan.ts";
import type { FileFormat } from "../format.ts";
import { ColumnVariants, type TextTimes } from "../variant/text-variant.ts";
import { stagedVariants, variantFormat } from "../variant/variant-rows.ts";
import { csvDialect, hasHeader } from "./csv-header.ts";
import { CsvParser } from "./csv-parser.ts";

/**
 * CSV files, each record an object: members are named by the header, else `_c0`, `_c1` and so on. A record with fewer or more values than the header is bad, but gives those that
 * have names; none when two have the same.
 */
export const CSV_VARIANTS: FileFormat = variantFormat(
  csvVariants,
  "The record does not have the values of the header.",
);

async function csvVariants(scan: FileScan): Promise<string> {
  const staged = new StagedFile(scan.folder, "variants", "json");
  const times = textTimes(scan);
  try {
    for (const [i, file] of scan.files.entries()) {
      for await (const line of variantLines(scan, scan.plainOf(file), times)) {
        staged.text(`${JSON.stringify({ i, ...line })}\n`);
      }
    }
  } finally {
    staged.close();
  }
  return stagedVariants(staged.path);
}

function textTimes({ read, connection }: FileScan): TextTimes {
  const { date, timestamp, timeZone } = timeFormats(read);
  return { date, timestamp, timeZone: timeZone ?? connection.timeZone };
}

interface VariantLine {
  readonly l: string;
  readonly v: string | null;
  readonly bad: boolean;
}

async function* variantLines(scan: FileScan, file: FileEntry, times: TextTimes): AsyncGenerator<VariantLine> {
  const rows = new CsvVariants(scan, times);
  for await (const record of recordsOf(scan, file)) {
    const line = rows.next(record);
    if (line !== undefined) yield line;
  }
}

async function* recordsOf({ read }: FileScan, file: FileEntry): AsyncGenerator<CsvRecord> {
  const parser = new CsvParser(csvDialect(read));
  try {
    for await (const text of textOf(file)) yield* parser.push(text, false);
  } catch (error) {
    throw unreadable(file, error);
  }
  yield* parser.push("", true);
}

/** The records of one file, one after the other. */
class CsvVariants {
  readonly #nullValue: string;
  readonly #times: TextTimes;
  readonly #columns: ColumnVariants[] = [];
  readonly #hasHeader: boolean;
  #names: readonly string[] | undefined;

  constructor({ read }: FileScan, times: TextTimes) {
    this.#times = times;
    this.#nullValue = readOption(read, "nullValue") ?? "";
    this.#hasHeader = hasHeader(read);
  }

  next({ values, text }: CsvRecord): VariantLine | undefined {
    if (this.#hasHeader && this.#names === undefined) {
      this.#names = values.map((name, i) => (name === undefined || name === "" ? `_c${i}` : name));
      return undefined;
    }
    const members = new Members();
    for (const [i, value] of values.slice(0, this.#names?.length).entries()) {
      members.add(this.#names?.[i] ?? `_c${i}`, this.#variant(i, value));
    }
    const isWhole = this.#names === undefined || this.#names.length === values.length;
    if (members.hasRepeats) return { l: text, v: null, bad: true };
    return { l: text, v: variantText(tidy(members)), bad: !isWhole };
  }

  #variant(at: number, value: string | undefined): Variant {
    if (value === undefined || value === this.#nullValue) return null;
    this.#columns[at] ??= new ColumnVariants(this.#times);
    return this.#columns[at].next(value);
  }
}
