import { Members } from "../../connection/json-value.ts";
import { tidy, type Variant, variantText } from "../../connection/variant/variant-value.ts";
import { parseElement, spaced, type XmlNode } from "../../payload/xml/xml-node.ts";
import { StagedFile } from "../bytes/staged-file.ts";
import type { FileScan } from "../file-scan.ts";
import type { FileFormat } from "../format.ts";
import { elementVariant } from "../variant/text-variant.ts";
import { stagedVariants, variantFormat } from "../variant/variant-rows.ts";
import { type XmlOptions, xmlOptions } from "./xml-options.ts";
import { elementsOf } from "./xml-rows.ts";

/**
 * XML files, each row element a variant: an object of attributes, elements and, beside these, text; of text alone a value. Elements whose names differ in case only are
 * one list under the first name.
 */
export const XML_VARIANTS: FileFormat = variantFormat(xmlVariants, "The element is not well-formed.");

async function xmlVariants(scan: FileScan): Promise<string> {
  const options = xmlOptions(scan.read);
  const staged = new StagedFile(scan.folder, "variants", "json");
  try {
    for (const [i, file] of scan.files.entries()) {
      for await (const l of elementsOf(scan.plainOf(file), options)) {
        const node = parseElement(l, options);
        const v = node === undefined ? null : variantText(tidy(nodeVariant(node, options)));
        staged.text(`${JSON.stringify({ i, l, v, bad: v === null })}\n`);
      }
    }
  } finally {
    staged.close();
  }
  return stagedVariants(staged.path);
}

function nodeVariant(node: XmlNode, options: XmlOptions): Variant {
  const texts = node.texts.map((text) => spaced(text, options)).filter((text) => text.trim() !== "");
  const scalars = texts.map((text) => scalar(text, options));
  if (node.attributes.length === 0 && node.children.length === 0) return together(scalars);
  const members = new Map<string, { readonly name: string; readonly items: Variant[] }>();
  const add = (name: string, item: Variant) => {
    const key = name.toLowerCase();
    const found = members.get(key);
    if (found === undefined) members.set(key, { name, items: [item] });
    else found.items.push(item);
  };
  for (const [name, text] of node.attributes) add(name, scalar(text, options));
  for (const child of node.children) add(child.name, nodeVariant(child, options));
  for (const item of scalars) add(options.valueTag, item);
  return new Members([...members.values()].map(({ name, items }) => [name, together(items)]));
}

function together(items: readonly Variant[]): Variant {
  return items.length > 1 ? items : (items[0] ?? null);
}

function scalar(text: string, { nullValue }: XmlOptions): Variant {
  return text === nullValue ? null : elementVariant(text);
}
