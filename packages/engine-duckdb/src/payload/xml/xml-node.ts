import sax from "sax";
import type { XmlFormat } from "./xml-format.ts";

/** An element; attributes are members with the prefix, in order, before the children. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: XmlNode[];
  /** The text between the children, in one. */
  text: string;
  /** The same, apart where children stand between. */
  readonly texts: string[];
  /** The content as it is written, when there are children. */
  source: string;
}

/** The element of a text; undefined when it is not well-formed. */
export function parseElement(text: string, options: XmlFormat): XmlNode | undefined {
  const parser = sax.parser(true, { position: true });
  const open: { readonly node: XmlNode; readonly from: number; isWithin: boolean }[] = [];
  let root: XmlNode | undefined;
  const addText = (part: string) => {
    const last = open.at(-1);
    if (last === undefined) return;
    const { node } = last;
    node.text += part;
    if (last.isWithin) node.texts.push((node.texts.pop() ?? "") + part);
    else node.texts.push(part);
    last.isWithin = true;
  };
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const own = attributesOf(attributes, options);
    const node = { name: localName(name, options), attributes: own, children: [], text: "", texts: [], source: "" };
    const outer = open.at(-1);
    outer?.node.children.push(node);
    if (outer !== undefined) outer.isWithin = false;
    open.push({ node, from: parser.position, isWithin: false });
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.onclosetag = () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const end = text.lastIndexOf("</", parser.position - 1);
    if (closed.node.children.length > 0 && end >= closed.from) closed.node.source = text.slice(closed.from, end);
    if (open.length === 0) root ??= closed.node;
  };
  try {
    parser.write(text).close();
  } catch {
    return undefined;
  }
  return root;
}

function attributesOf(
  attributes: Readonly<Record<string, string>>,
  options: XmlFormat,
): readonly (readonly [string, string])[] {
  if (options.excludeAttribute) return [];
  return Object.entries(attributes)
    .filter(([name]) => !options.ignoreNamespace || !/^xmlns(:|$)/.test(name))
    .map(([name, value]) => [options.attributePrefix + localName(name, options), spaced(value, options)] as const);
}

function localName(name: string, { ignoreNamespace }: XmlFormat): string {
  return ignoreNamespace ? name.slice(name.indexOf(":") + 1) : name;
}

/** The text of an element or attribute by the option that drops the blanks around it. */
export function spaced(text: string, { ignoreSurroundingSpaces }: XmlFormat): string {
  return ignoreSurroundingSpaces ? text.trim() : text;
}
