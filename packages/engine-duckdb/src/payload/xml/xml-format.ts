/** How elements become values: Spark's options of its XML readers. */
export interface XmlFormat {
  readonly attributePrefix: string;
  readonly valueTag: string;
  readonly excludeAttribute: boolean;
  readonly ignoreSurroundingSpaces: boolean;
  readonly ignoreNamespace: boolean;
  /** Whether elements may be written in another case than the fields that they are. */
  readonly anyCase: boolean;
  /** Text that stands for NULL. */
  readonly nullValue: string | undefined;
}

/** The format that options give; `option` finds one by its name, ignoring case. */
export function xmlFormat(option: (name: string) => string | undefined, anyCase = false): XmlFormat {
  const isTrue = (name: string) => option(name)?.trim().toLowerCase() === "true";
  return {
    attributePrefix: option("attributePrefix") ?? "_",
    valueTag: option("valueTag") ?? "_VALUE",
    excludeAttribute: isTrue("excludeAttribute"),
    ignoreSurroundingSpaces: option("ignoreSurroundingSpaces")?.trim().toLowerCase() !== "false",
    ignoreNamespace: isTrue("ignoreNamespace"),
    anyCase,
    nullValue: option("nullValue"),
  };
}
