import { ofTexts, type PreludeFunction } from "./prelude-definition.ts";

/** A value as elements and attributes, all leaves as texts. */
type Shape = null | string | readonly Shape[] | { readonly [name: string]: Shape };

interface Style {
  readonly rowTag: string;
  readonly prefix: string;
  readonly valueTag: string;
  readonly item: string;
  readonly nullValue: string | undefined;
}

function styleOf(options: Readonly<Record<string, string>>): Style {
  return {
    rowTag: options["rowtag"] ?? "ROW",
    prefix: options["attributeprefix"] ?? "_",
    valueTag: options["valuetag"] ?? "_VALUE",
    item: options["arrayelementname"] ?? "item",
    nullValue: options["nullvalue"],
  };
}

const INDENT = "    ";

/** The lines of an element, or of several where there is a list; none for null, unless a text stands for it. */
function elements(name: string, value: Shape, style: Style): readonly string[] {
  if (value === null) return style.nullValue === undefined ? [] : elements(name, style.nullValue, style);
  if (typeof value === "string") return [`<${named(name)}>${content(value)}</${name}>`];
  if (isList(value))
    return value.flatMap((item) => (isList(item) ? [...nested(name, item, style)] : elements(name, item, style)));
  return record(name, value, style);
}

function isList(value: Shape): value is readonly Shape[] {
  return Array.isArray(value);
}

/** A list in a list: its elements have a name of their own. */
function nested(name: string, items: readonly Shape[], style: Style): readonly string[] {
  return wrapped(
    named(name),
    items.flatMap((item) => elements(style.item, item, style)),
  );
}

function record(name: string, value: { readonly [name: string]: Shape }, style: Style): readonly string[] {
  const members = Object.entries(value);
  const isAttribute = (member: string) =>
    member !== style.valueTag && member.startsWith(style.prefix) && style.prefix !== "";
  const attributes = members.flatMap(([member, inner]) => {
    const text = inner ?? style.nullValue;
    if (!isAttribute(member) || typeof text !== "string") return [];
    return [` ${named(member.slice(style.prefix.length))}="${content(text).replaceAll('"', "&quot;")}"`];
  });
  const opening = `${named(name)}${attributes.join("")}`;
  const children = members.filter(([member]) => !isAttribute(member) && member !== style.valueTag);
  const lines = children.flatMap(([member, inner]) => elements(member, inner, style));
  const own = value[style.valueTag];
  if (typeof own !== "string") return wrapped(opening, lines);
  return lines.length === 0 ? [`<${opening}>${content(own)}</${name}>`] : wrapped(opening, [content(own), ...lines]);
}

function wrapped(opening: string, lines: readonly string[]): readonly string[] {
  const [name = ""] = opening.split(" ");
  if (lines.length === 0) return [`<${opening}/>`];
  return [`<${opening}>`, ...lines.map((line) => INDENT + line), `</${name}>`];
}

function content(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** @throws Error for a name that no element may bear */
function named(name: string): string {
  if (/^[\p{L}_:][\p{L}\p{N}_:.·-]*$/u.test(name)) return name;
  throw new Error(`[INVALID_XML_NAME] No element or attribute of XML can be called "${name}"; rename the field.`);
}

/** Texts of XML, written by Spark's rules. */
export const XML_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_xml_text: ofTexts(2, (json = "", options = "{}") => {
    const style = styleOf(JSON.parse(options));
    return elements(style.rowTag, JSON.parse(json), style).join("\n");
  }),
};
