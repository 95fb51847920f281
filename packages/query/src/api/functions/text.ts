import type { Column } from "../column.ts";
import { type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import {
  type Binary,
  columns,
  countExpression,
  given,
  invoke,
  type Unary,
  type Variadic,
  variadic,
  type WithOptionalValue,
  type WithTwoValues,
  type WithValue,
  withValues,
} from "./define.ts";

/** Text in capitals. */
export const upper: Unary = columns("upper");
/** Text in small letters. */
export const lower: Unary = columns("lower");
/** Text in capitals. */
export const ucase: Unary = columns("ucase");
/** Text in small letters. */
export const lcase: Unary = columns("lcase");
/** Each word with a capital first letter. */
export const initcap: Unary = columns("initcap");
/** Text without spaces, or without the letters given, at both ends. */
export function trim(column: ColumnOrName, letters?: ColumnOrName): Column {
  return trimmed("trim", column, letters);
}
/** Text without spaces, or without the letters given, at its start. */
export function ltrim(column: ColumnOrName, letters?: ColumnOrName): Column {
  return trimmed("ltrim", column, letters);
}
/** Text without spaces, or without the letters given, at its end. */
export function rtrim(column: ColumnOrName, letters?: ColumnOrName): Column {
  return trimmed("rtrim", column, letters);
}
/** Text without spaces, or without the letters given, at both ends. */
export function btrim(column: ColumnOrName, letters?: ColumnOrName): Column {
  return trimmed("trim", column, letters);
}
/** The number of letters. */
export const length: Unary = columns("length");
/** The number of letters. */
export const charLength: Unary = columns("char_length");
/** The number of bytes. */
export const octetLength: Unary = columns("octet_length");
/** The number of bits. */
export const bitLength: Unary = columns("bit_length");
/** Texts one after the other; NULL when one is. Arrays too. */
export const concat: Variadic = variadic("concat");
/** Texts with a separator between them, NULLs left out. */
export function concatWs(separator: string, ...parts: readonly (ColumnOrName | readonly ColumnOrName[])[]): Column {
  return invoke("concat_ws", valueExpression(separator), ...parts.flat().map(columnExpression));
}
/** The stretch of text from a position (1 is the first letter, negative from the end) of a length. */
export const substring: (column: ColumnOrName, position: ColumnOrValue, length: ColumnOrValue) => Column =
  withValues("substring");
/** As `substring`; without a length to the end. */
export const substr: (column: ColumnOrName, position: ColumnOrValue, length?: ColumnOrValue) => Column =
  withValues("substr");
/** The part before the `count`-th separator; after it from the end when negative. */
export const substringIndex: WithTwoValues = withValues("substring_index");
/** The first letters. */
export const left: WithValue = withValues("left");
/** The last letters. */
export const right: WithValue = withValues("right");
/** Text made longer at its start, or cut, to a length. */
export const lpad: WithTwoValues = withValues("lpad");
/** Text made longer at its end, or cut, to a length. */
export const rpad: WithTwoValues = withValues("rpad");
/** Text several times. */
export const repeat: WithValue = withValues("repeat");
/** Text, or an array, backwards. */
export const reverse: Unary = columns("reverse");
/** Every occurrence of a text replaced by another, or taken away. */
export const replace: (column: ColumnOrName, search: ColumnOrValue, replacement?: ColumnOrValue) => Column =
  withValues("replace");
/** Letters replaced one by one. */
export const translate: WithTwoValues = withValues("translate");
/** Each match of a regular expression replaced; `$1` is its first group. */
export const regexpReplace: WithTwoValues = withValues("regexp_replace");
/** A group of the first match of a regular expression; empty text without a match. */
export const regexpExtract: (column: ColumnOrName, pattern: ColumnOrValue, group?: number) => Column =
  withValues("regexp_extract");
/** A group of every match, as an array. */
export const regexpExtractAll: (column: ColumnOrName, pattern: ColumnOrValue, group?: number) => Column =
  withValues("regexp_extract_all");
/** The number of matches of a regular expression. */
export const regexpCount: WithValue = withValues("regexp_count");
/** Whether a regular expression matches a part of the text. */
export const regexpLike: WithValue = withValues("regexp_like");
/** Whether a regular expression matches a part of the text. */
export const rlike: WithValue = withValues("rlike");
/** Whether the text matches a pattern of `%` and `_`. */
export const like: WithValue = withValues("like");
/** As `like`, ignoring letter case. */
export const ilike: WithValue = withValues("ilike");
/** The parts between matches of a regular expression, at most `limit` of them. */
export const split: (column: ColumnOrName, pattern: ColumnOrValue, limit?: ColumnOrValue) => Column =
  withValues("split");
/** The part number `part` (from 1) between separators. */
export const splitPart: (column: ColumnOrName, separator: ColumnOrValue, part: ColumnOrValue) => Column =
  withValues("split_part");
/** The position of a text in another, from 1; 0 without one. */
export const instr: WithValue = withValues("instr");
/** The position of a text in a column, from 1 and from `position` on; 0 without one. */
export function locate(text: string, column: ColumnOrName, position?: number): Column {
  return invoke("locate", valueExpression(text), columnExpression(column), ...given([position]));
}
/** The position of a column's text in another's, from 1; 0 without one. */
export const position: Binary = columns("position");
/** Whether one column's text contains another's. */
export const contains: Binary = columns("contains");
/** Whether one column's text starts with another's. */
export const startswith: Binary = columns("startswith");
/** Whether one column's text ends with another's. */
export const endswith: Binary = columns("endswith");
/** The number of the first letter. */
export const ascii: Unary = columns("ascii");
/** The letter of a number. */
export const chr: Unary = columns("chr");
/** The letter of a number. */
export const char: Unary = columns("char");
/** Bytes as base-64 text. */
export const base64: Unary = columns("base64");
/** The bytes of base-64 text. */
export const unbase64: Unary = columns("unbase64");
/** Text as bytes in a character set. */
export const encode: WithValue = withValues("encode");
/** Bytes as text in a character set. */
export const decode: WithValue = withValues("decode");
/** A number with separators of thousands and `decimals` places. */
export const formatNumber: WithValue = withValues("format_number");
/** Text by a `printf` format. */
export function formatString(format: string, ...values: readonly ColumnOrName[]): Column {
  return invoke("format_string", valueExpression(format), ...values.map(columnExpression));
}
/** Text by a `printf` format. */
export function printf(format: string, ...values: readonly ColumnOrName[]): Column {
  return invoke("printf", valueExpression(format), ...values.map(columnExpression));
}
/** The number of single-letter changes between two texts. */
export const levenshtein: Binary = columns("levenshtein");
/** How the text sounds, as Soundex. */
export const soundex: Unary = columns("soundex");
/** Letters and digits hidden: capitals as `X`, small letters as `x`, digits as `n`. */
export const mask: WithOptionalValue = withValues("mask");
/** The MD5 digest in hexadecimal. */
export const md5: Unary = columns("md5");
/** The SHA-1 digest in hexadecimal. */
export const sha1: Unary = columns("sha1");
/** The SHA-1 digest in hexadecimal. */
export const sha: Unary = columns("sha");
/** A SHA-2 digest of 224, 256, 384 or 512 bits in hexadecimal. */
export const sha2: WithValue = withValues("sha2");
/** The CRC-32 of bytes. */
export const crc32: Unary = columns("crc32");
/** A number for the columns' values, by Murmur 3 as Spark. */
export const hash: Variadic = variadic("hash");
/** A 64-bit number for the columns' values, by xxHash as Spark. */
export const xxhash64: Variadic = variadic("xxhash64");
/** A part of a URL: `HOST`, `PATH`, `QUERY`, ...; with a key, one parameter of the query. */
export const parseUrl: (url: ColumnOrName, part: ColumnOrValue, key?: ColumnOrValue) => Column =
  withValues("parse_url");
/** Text with its URL escapes resolved. */
export const urlDecode: Unary = columns("url_decode");
/** Text escaped for a URL. */
export const urlEncode: Unary = columns("url_encode");
/** A number read by a format. */
export const toNumber: WithValue = withValues("to_number");
/** A value as text by a format. */
export const toChar: WithValue = withValues("to_char");
/** Text as bytes: `hex`, `utf-8` or `base64`. */
export const toBinary: WithOptionalValue = withValues("to_binary");

function trimmed(name: string, column: ColumnOrName, letters: ColumnOrName | undefined): Column {
  return invoke(name, ...(letters === undefined ? [] : [columnExpression(letters)]), columnExpression(column));
}
/** The number of letters. */
export const characterLength: Unary = columns("character_length");
/** The name of how the text is compared. */
export const collation: Unary = columns("collation");
/** The text, compared as a collation says; there is UTF8_BINARY only. */
export const collate: (column: ColumnOrName, collation: string) => Column = withValues("collate");
/** The argument of that number, from 1. */
export const elt: Variadic = variadic("elt");
/** The position of a text in a list with commas, from 1; 0 without one. */
export const findInSet: Binary = columns("find_in_set");
/** The text in single quotes, those inside escaped. */
export const quote: Unary = columns("quote");
/** Whether a regular expression matches a part of the text. */
export const regexp: WithValue = withValues("regexp");
/** The position of the first match of a regular expression, from 1; 0 without one. */
export const regexpInstr: WithValue = withValues("regexp_instr");
/** The first match of a regular expression; NULL without one. */
export const regexpSubstr: WithValue = withValues("regexp_substr");
/** The words of each sentence. */
export const sentences: (column: ColumnOrName, language?: ColumnOrValue, country?: ColumnOrValue) => Column =
  withValues("sentences");
/** The text with a stretch from a position on replaced by another text. */
export function overlay(
  column: ColumnOrName,
  replacement: ColumnOrName,
  position: ColumnOrName | number,
  length: ColumnOrName | number = -1,
): Column {
  const args = [columnExpression(column), columnExpression(replacement)];
  return invoke("overlay", ...args, countExpression(position), countExpression(length));
}
/** A value as text by a format. */
export const toVarchar: WithValue = withValues("to_varchar");
/** As `toNumber`; NULL when the text does not fit. */
export const tryToNumber: WithValue = withValues("try_to_number");
/** As `toBinary`; NULL when the text does not fit. */
export const tryToBinary: WithOptionalValue = withValues("try_to_binary");
/** As `parseUrl`; NULL when the text is no URL. */
export const tryParseUrl: (url: ColumnOrName, part: ColumnOrValue, key?: ColumnOrValue) => Column =
  withValues("try_parse_url");
/** As `urlDecode`; NULL when the text is not escaped right. */
export const tryUrlDecode: Unary = columns("try_url_decode");
/** Whether bytes are text in UTF-8. */
export const isValidUtf8: Unary = columns("is_valid_utf8");
/** Bytes as text, with a replacement character for what is none. */
export const makeValidUtf8: Unary = columns("make_valid_utf8");
/** Bytes as text; an error when they are none. */
export const validateUtf8: Unary = columns("validate_utf8");
/** Bytes as text; NULL when they are none. */
export const tryValidateUtf8: Unary = columns("try_validate_utf8");
/** Bytes encrypted with AES; mode (GCM), padding, initialization vector and additional data may follow. */
export const aesEncrypt: (input: ColumnOrName, key: ColumnOrName, ...more: readonly ColumnOrName[]) => Column =
  columns("aes_encrypt");
/** Bytes decrypted with AES; mode (GCM), padding and additional data may follow. */
export const aesDecrypt: (input: ColumnOrName, key: ColumnOrName, ...more: readonly ColumnOrName[]) => Column =
  columns("aes_decrypt");
/** As `aesDecrypt`; NULL when it fails. */
export const tryAesDecrypt: (input: ColumnOrName, key: ColumnOrName, ...more: readonly ColumnOrName[]) => Column =
  columns("try_aes_decrypt");
