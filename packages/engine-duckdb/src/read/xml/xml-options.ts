import { EngineError, type FileRead } from "@sluice/pipelines";
import { readFlag, readOption } from "../../compile/read-option.ts";

/** How elements become values: Spark's options of its XML reader. */
export interface XmlOptions {
  readonly rowTag: string;
  readonly attributePrefix: string;
  readonly valueTag: string;
  readonly excludeAttribute: boolean;
  readonly ignoreSurroundingSpaces: boolean;
  readonly ignoreNamespace: boolean;
  /** Text that stands for NULL. */
  readonly nullValue: string | undefined;
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
  return {
    rowTag,
    attributePrefix: readOption(read, "attributePrefix") ?? "_",
    valueTag: readOption(read, "valueTag") ?? "_VALUE",
    excludeAttribute: readFlag(read, "excludeAttribute", false),
    ignoreSurroundingSpaces: readFlag(read, "ignoreSurroundingSpaces", true),
    ignoreNamespace: readFlag(read, "ignoreNamespace", false),
    nullValue: readOption(read, "nullValue"),
  };
}
