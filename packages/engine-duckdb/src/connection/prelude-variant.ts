import { ofTexts, type PreludeFunction, type PreludeValue } from "./prelude-definition.ts";
import { decodeVariant } from "./variant/variant-decode.ts";
import { encodeVariant } from "./variant/variant-encode.ts";
import { variantAt } from "./variant/variant-path.ts";
import { printVariant } from "./variant/variant-print.ts";
import { scalarText } from "./variant/variant-scalar.ts";
import { printShape, shapeOf, shapeOfAll } from "./variant/variant-schema.ts";
import {
  elementsOf,
  membersOf,
  readVariant,
  tidy,
  type Variant,
  variantOfJson,
  variantOfRecord,
  variantText,
} from "./variant/variant-value.ts";

function parsed(text: string): string {
  const value = variantOfJson(text);
  if (value !== undefined) return variantText(value);
  throw new Error(
    `[MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION] Malformed records are detected in record parsing: ${text}. Write try_parse_json to get NULL instead.`,
  );
}

function textOrNull(value: Variant | undefined): string | null {
  return value === undefined ? null : variantText(value);
}

function bytesOf(value: PreludeValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error("a variant is made of bytes");
}

/** A function from a variant to the variants in it. */
function parts(take: (value: Variant) => Iterable<Variant> | undefined): PreludeFunction {
  return {
    parameters: ["VARCHAR"],
    returns: "VARCHAR[]",
    apply: (text) => {
      const found = take(readVariant(String(text)));
      return found === undefined ? null : [...found].map(variantText);
    },
  };
}

/** Variants, as `variant-value.ts` says they are kept. */
export const VARIANT_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_variant_parse: ofTexts(1, (text = "") => parsed(text)),
  js_variant_try_parse: ofTexts(1, (text = "") => textOrNull(variantOfJson(text))),
  js_variant_record: ofTexts(2, (text = "", allowed = "") => textOrNull(variantOfRecord(text, allowed))),
  js_variant_tidy: ofTexts(1, (text = "") => variantText(tidy(readVariant(text)))),
  js_variant_get: ofTexts(3, (text = "", path = "", caller = "") =>
    textOrNull(variantAt(readVariant(text), path, caller)),
  ),
  js_variant_field: ofTexts(2, (text = "", name = "") => textOrNull(membersOf(readVariant(text))?.get(name))),
  js_variant_scalar: ofTexts(2, (text = "", kind = "") => scalarText(readVariant(text), kind) ?? null),
  js_variant_elements: parts(elementsOf),
  js_variant_values: parts((value) => membersOf(value)?.values()),
  js_variant_keys: {
    parameters: ["VARCHAR"],
    returns: "VARCHAR[]",
    apply: (text) => {
      const members = membersOf(readVariant(String(text)));
      return members === undefined ? null : [...members.keys()];
    },
  },
  js_variant_encode: {
    parameters: ["VARCHAR"],
    returns: "VARIANT_BYTES",
    apply: (text) => encodeVariant(readVariant(String(text))),
  },
  js_variant_decode: {
    parameters: ["BLOB", "BLOB", "VARCHAR"],
    returns: "VARCHAR",
    apply: (value, metadata, timeZone) =>
      variantText(decodeVariant({ value: bytesOf(value), metadata: bytesOf(metadata) }, String(timeZone))),
  },
  js_variant_print: ofTexts(1, (text = "") => printVariant(readVariant(text))),
  js_variant_schema: ofTexts(1, (text = "") => printShape(shapeOf(readVariant(text)))),
  js_variant_schemas: {
    parameters: ["VARCHAR[]"],
    returns: "VARCHAR",
    apply: (texts) => {
      const all = Array.isArray(texts) ? texts.filter((text) => text !== null) : [];
      return printShape(shapeOfAll(all.map(readVariant)));
    },
  },
};
