import type { DataType, StructType } from "@sluice/query";
import type { XmlFormat } from "./xml-format.ts";
import { spaced, type XmlNode } from "./xml-node.ts";

type Json = null | string | readonly Json[] | { readonly [name: string]: Json };

/** An element as JSON of the shape of a type, all leaves as text; members that the type lacks are kept as they come. */
export function elementJson(node: XmlNode, type: DataType | undefined, options: XmlFormat): Json {
  switch (type?.kind) {
    case "struct":
      return membersOf(node, type, options);
    case "map":
      return membersOf(node, undefined, options, type.value);
    case "array":
      return [elementJson(node, type.element, options)];
    case undefined:
      return isLeaf(node) ? leaf(node, undefined, options) : membersOf(node, undefined, options);
    default:
      return leaf(node, type, options);
  }
}

function isLeaf(node: XmlNode): boolean {
  return node.children.length === 0 && node.attributes.length === 0;
}

function leaf(node: XmlNode, type: DataType | undefined, options: XmlFormat): Json {
  const text = spaced(node.children.length > 0 ? node.source : node.text, options);
  if (text === options.nullValue) return null;
  return text === "" && type !== undefined && type.kind !== "string" ? null : text;
}

function membersOf(node: XmlNode, type: StructType | undefined, options: XmlFormat, value?: DataType): Json {
  const members = new Map<string, Json[]>();
  const typeOf = (name: string) => value ?? fieldOf(type, name)?.dataType;
  const nameOf = (name: string) => (options.anyCase ? (fieldOf(type, name)?.name ?? name) : name);
  for (const [name, text] of node.attributes) add(members, nameOf(name), text === options.nullValue ? null : text);
  for (const child of node.children) add(members, nameOf(child.name), itemJson(child, typeOf(child.name), options));
  const text = spaced(node.text, options);
  if (text !== "" && text.trim() !== "") add(members, options.valueTag, text);
  if (members.size === 0) return type === undefined ? null : {};
  return Object.fromEntries([...members].map(([name, items]) => [name, together(items, typeOf(name))]));
}

function itemJson(child: XmlNode, type: DataType | undefined, options: XmlFormat): Json {
  return elementJson(child, type?.kind === "array" ? type.element : type, options);
}

/** Elements of one name: a list where the type wants one, or where nobody says and there are several; else the last. */
function together(items: readonly Json[], type: DataType | undefined): Json {
  if (type?.kind === "array" || (type === undefined && items.length > 1)) return items;
  return items.at(-1) ?? null;
}

function add(members: Map<string, Json[]>, name: string, item: Json): void {
  const found = members.get(name);
  if (found === undefined) members.set(name, [item]);
  else found.push(item);
}

function fieldOf(type: StructType | undefined, name: string) {
  return (
    type?.fields.find((one) => one.name === name) ??
    type?.fields.find((one) => one.name.toLowerCase() === name.toLowerCase())
  );
}
