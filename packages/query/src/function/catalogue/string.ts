import { array, BINARY, BOOLEAN, type DataType, decimal, INTEGER, STRING } from "../../data-type/data-type.ts";
import {
  anyArray,
  anything,
  bytes,
  int,
  integral,
  long,
  momentOrText,
  numeric,
  oneOf,
  optional,
  text,
  textOrBinary,
} from "../accept.ts";
import { together } from "../coercion-rule.ts";
import { scalar } from "../define.ts";
import { type Coercion, type FunctionEntry, mismatch, type ResultRule } from "../function-entry.ts";
import { mayBeNull, neverNull, nullOnFailure, sameAs, typeAt } from "../result-rule.ts";

/** concat joins arrays of one element type, binaries, or anything else as text. */
const concatCoercion: Coercion = (args, context) => {
  if (args.some((arg) => arg.dataType.kind === "array")) {
    const untyped = args.findIndex((arg) => arg.dataType.kind === "void");
    if (untyped >= 0) return mismatch("DATA_DIFF_TYPES", "an array cannot be joined with NULL: cast the NULL", untyped);
    return together()(args, context);
  }
  const binary = args.length > 0 && args.every((arg) => arg.dataType.kind === "binary");
  return args.map(() => (binary ? BINARY : STRING));
};

/** concat_ws takes text and arrays of text. */
const joinCoercion: Coercion = (args) =>
  args.map(
    (arg, i): DataType => (i > 0 && arg.dataType.kind === "array" ? array(STRING, arg.dataType.containsNull) : STRING),
  );

/** The decimal that a number pattern such as `99,999.9S` describes. */
const patternNumber: ResultRule = (args) => {
  const pattern = args[1]?.constant;
  if (typeof pattern !== "string") return decimal(38, 18);
  const [whole = "", fraction = ""] = pattern.split(/[.Dd]/);
  const digits = (part: string) => part.replace(/[^09]/g, "").length;
  return decimal(Math.max(digits(whole) + digits(fraction), 1), digits(fraction));
};

/** Texts are compared byte by byte: there is no other collation. */
const collated: ResultRule = (args) => {
  const name = args[1]?.constant;
  if (typeof name === "string" && name.toUpperCase() === "UTF8_BINARY") return STRING;
  const message = "there is no collation but UTF8_BINARY: compare lower(..) or upper(..) of the texts instead";
  return { kind: "Fault", condition: "UNSUPPORTED_FEATURE.COLLATION", message, argument: 1 };
};

const mayFail = { nullable: nullOnFailure };
const nullable = { nullable: mayBeNull };

/**
 * Text functions. `trim`, `ltrim` and `rtrim` with two arguments take the characters to trim first and the text second, `btrim` the other way round, as in
 * Spark. `locate(part, text, from)`, `position` the same.
 */
export const STRINGS: readonly FunctionEntry[] = [
  scalar("concat", [anything], (args) => (args.length === 0 ? STRING : typeAt(args, 0)), {
    coerce: concatCoercion,
    variadic: true,
    minimum: 0,
    aliases: ["||"],
  }),
  scalar("concat_ws", [text, anything], STRING, {
    coerce: joinCoercion,
    variadic: true,
    minimum: 1,
    nullable: (args) => args[0]?.nullable ?? true,
  }),
  scalar("upper", [text], STRING, { aliases: ["ucase"] }),
  scalar("lower", [text], STRING, { aliases: ["lcase"] }),
  scalar("initcap", [text], STRING),
  scalar("length", [textOrBinary], INTEGER, { aliases: ["len", "char_length", "character_length"] }),
  scalar("trim", [text, optional(text)], STRING),
  scalar("ltrim", [text, optional(text)], STRING),
  scalar("rtrim", [text, optional(text)], STRING),
  scalar("btrim", [text, optional(text)], STRING),
  scalar("lpad", [textOrBinary, int, optional(textOrBinary)], sameAs(0)),
  scalar("rpad", [textOrBinary, int, optional(textOrBinary)], sameAs(0)),
  scalar("substring", [textOrBinary, int, optional(int)], sameAs(0), { aliases: ["substr"] }),
  scalar("substring_index", [text, text, int], STRING),
  scalar("left", [textOrBinary, int], sameAs(0)),
  scalar("right", [text, int], STRING, nullable),
  scalar("replace", [text, text, optional(text)], STRING),
  scalar("translate", [text, text, text], STRING),
  scalar("overlay", [textOrBinary, textOrBinary, int, optional(int)], sameAs(0)),
  scalar("repeat", [text, int], STRING),
  scalar("reverse", [oneOf(text, anyArray, bytes)], sameAs(0)),
  scalar("space", [int], STRING),
  scalar("instr", [text, text], INTEGER),
  scalar("locate", [text, text, optional(int)], INTEGER, { aliases: ["position", "charindex"] }),
  scalar("find_in_set", [text, text], INTEGER),
  scalar("contains", [textOrBinary, textOrBinary], BOOLEAN),
  scalar("startswith", [textOrBinary, textOrBinary], BOOLEAN),
  scalar("endswith", [textOrBinary, textOrBinary], BOOLEAN),
  scalar("split", [text, text, optional(int)], array(STRING, false)),
  scalar("split_part", [text, text, int], STRING, nullable),
  scalar("ascii", [text], INTEGER),
  scalar("is_valid_utf8", [textOrBinary], BOOLEAN),
  scalar("make_valid_utf8", [textOrBinary], STRING),
  scalar("validate_utf8", [textOrBinary], STRING),
  scalar("try_validate_utf8", [textOrBinary], STRING, nullable),
  scalar("collate", [text, text], collated),
  scalar("collation", [text], STRING, { nullable: neverNull }),
  scalar("chr", [long], STRING, { aliases: ["char"] }),
  scalar("base64", [oneOf(bytes, text)], STRING),
  scalar("unbase64", [text], BINARY, mayFail),
  scalar("encode", [text, text], BINARY, nullable),
  scalar("decode", [bytes, text], STRING, nullable),
  scalar("format_number", [numeric, oneOf(int, text)], STRING, nullable),
  scalar("format_string", [text, anything], STRING, {
    variadic: true,
    minimum: 1,
    aliases: ["printf"],
    nullable: (args) => args[0]?.nullable ?? true,
  }),
  scalar("levenshtein", [text, text, optional(int)], INTEGER),
  scalar("soundex", [text], STRING),
  scalar("luhn_check", [text], BOOLEAN, nullable),
  scalar("mask", [text, optional(text), optional(text), optional(text), optional(text)], STRING, nullable),
  scalar("elt", [int, textOrBinary], STRING, { variadic: true, minimum: 2, nullable: mayBeNull }),
  scalar("sentences", [text, optional(text), optional(text)], array(array(STRING, false), false), nullable),
  scalar("quote", [text], STRING, nullable),
  scalar("to_char", [oneOf(numeric, momentOrText, bytes), text], STRING, { aliases: ["to_varchar"] }),
  scalar("to_number", [text, text], patternNumber, nullable),
  scalar("try_to_number", [text, text], patternNumber, nullable),
  scalar("to_binary", [text, optional(text)], BINARY, nullable),
  scalar("try_to_binary", [text, optional(text)], BINARY, nullable),
  scalar("regexp_replace", [text, text, text, optional(int)], STRING),
  scalar("regexp_extract", [text, text, optional(int)], STRING),
  scalar("regexp_extract_all", [text, text, optional(int)], array(STRING)),
  scalar("regexp_count", [text, text], INTEGER),
  scalar("regexp_instr", [text, text, optional(integral)], INTEGER),
  scalar("regexp_substr", [text, text], STRING, nullable),
  scalar("parse_url", [text, text, optional(text)], STRING, nullable),
  scalar("try_parse_url", [text, text, optional(text)], STRING, nullable),
  scalar("url_encode", [text], STRING, nullable),
  scalar("url_decode", [text], STRING, nullable),
  scalar("try_url_decode", [text], STRING, nullable),
  scalar("randstr", [int, optional(long)], STRING, { nullable: neverNull, deterministic: false }),
];
