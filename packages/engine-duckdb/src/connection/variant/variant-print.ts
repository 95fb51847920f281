import { isList, Numeral } from "../json-value.ts";
import { doubleText, floatText } from "../prelude-number.ts";
import { numeralKind, tagged, type Variant } from "./variant-value.ts";

/** A variant as JSON text: keys in order, times with the offset of the zone they were made in, binary in base 64. */
export function printVariant(value: Variant): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (value instanceof Numeral) return numeralText(value);
  if (isList(value)) return `[${value.map(printVariant).join(",")}]`;
  if (typeof value !== "string") {
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${printVariant(item)}`).join(",")}}`;
  }
  const { tag, text } = tagged(value) ?? { tag: "S", text: value };
  return tag === "F" && Number.isFinite(Number(text)) ? floatText(Number(text)) : JSON.stringify(text);
}

/** A number as Spark writes it: decimals without zeros at the end, doubles as Java does. */
export function numeralText(value: Numeral): string {
  const kind = numeralKind(value);
  if (kind === "double") return doubleText(Number(value.text));
  return kind === "decimal" ? value.text.replace(/\.0+$/, "") : value.text;
}
