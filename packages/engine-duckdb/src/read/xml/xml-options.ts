import { EngineError, type FileRead } from "@sluice/pipelines";
import { readOption } from "../../compile/read-option.ts";
import { type XmlFormat, xmlFormat } from "../../payload/xml/xml-format.ts";

/** The same of files, in which elements of one name are the rows. */
export interface XmlOptions extends XmlFormat {
  readonly rowTag: string;
}

/** @throws EngineError without `rowTag` */
export function xmlOptions(read: Pick<FileRead, "options">): XmlOptions {
  const rowTag = readOption(read, "rowTag")?.trim();
  if (rowTag === undefined || rowTag === "") {
    throw new EngineError('Reading XML needs the option "rowTag", the name of the element that is a row.', {
      condition: "XML_ROW_TAG_MISSING",
      domain: "user",
      retry: "never",
    });
  }
  return { rowTag, ...xmlFormat((name) => readOption(read, name)) };
}
