import type { FileEntry } from "@sluice/pipelines";
import { type StructType, struct } from "@sluice/query";
import { fitText } from "../../compile/csv-fit.ts";
import { fitJson } from "../../compile/json-fit.ts";
import { timeFormats } from "../../compile/time-formats.ts";
import { elementJson } from "../../payload/xml/xml-json.ts";
import { parseElement } from "../../payload/xml/xml-node.ts";
import { textOf, unreadable } from "../bytes/file-bytes.ts";
import { StagedFile } from "../bytes/staged-file.ts";
import { pathList, splitSchema } from "../file-list.ts";
import type { FileScan } from "../file-scan.ts";
import { recordRows } from "../record-rows.ts";
import { type XmlOptions, xmlOptions } from "./xml-options.ts";
import { XmlSplitter } from "./xml-rows-of-text.ts";

/** SQL of the rows of XML files: elements are parsed here and handed to DuckDB as JSON of the schema's shape, their texts to be cast there. */
export async function xmlRows(scan: FileScan): Promise<string> {
  const schema = splitSchema(scan.read, scan.files);
  const path = await stageElements(scan, struct(schema.data), xmlOptions(scan.read));
  const formats = timeFormats(scan.read);
  const context = { formats, read: { options: { nullValue: "\ue000\ue001" } } };
  const sql = `SELECT i, l, j FROM read_json(${pathList([path])}, format = 'newline_delimited', columns = {i: 'BIGINT', l: 'VARCHAR', j: 'JSON'}, maximum_object_size = ${256 << 20})`;
  return recordRows(scan, schema, scan.files, {
    sql,
    fit: (json, type) =>
      fitJson(json, type, {
        ...formats,
        scalar: (value, scalar) => {
          const fit = fitText(`json_extract_string(${value}, '$')`, scalar, context);
          return { value: fit.value, misfit: fit.misfit ?? "NULL::VARCHAR" };
        },
      }),
  });
}

async function stageElements(scan: FileScan, type: StructType, options: XmlOptions): Promise<string> {
  const staged = new StagedFile(scan.folder, "elements", "json");
  try {
    for (const [i, file] of scan.files.entries()) {
      for await (const text of elementsOf(scan.plainOf(file), options)) {
        const node = parseElement(text, options);
        const json = node === undefined ? null : (elementJson(node, type, options) ?? {});
        staged.text(`${JSON.stringify({ i, l: text, j: json })}\n`);
      }
    }
  } finally {
    staged.close();
  }
  return staged.path;
}

/** The texts of the row elements of a file, in order. @throws EngineError when the file cannot be read */
export async function* elementsOf(file: FileEntry, { rowTag }: XmlOptions): AsyncGenerator<string> {
  const splitter = new XmlSplitter(rowTag);
  try {
    for await (const text of textOf(file)) yield* splitter.push(text, false);
  } catch (error) {
    throw unreadable(file, error);
  }
  yield* splitter.push("", true);
}
