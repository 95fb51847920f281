import type { TypedCall } from "@sluice/query";
import { allSql, sqlOf, textOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";

function isBinary(call: TypedCall): boolean {
  return typeOf(call, 0).kind === "binary";
}

function base64(call: TypedCall, scope: Scope): string {
  return isBinary(call) ? `to_base64(${sqlOf(call, 0, scope)})` : `to_base64(encode(${sqlOf(call, 0, scope)}))`;
}

function coded(name: "encode" | "decode"): Emitter {
  return (call, scope) => {
    const charset = textOf(call, 1)?.toUpperCase().replace("_", "-");
    if (charset === "UTF-8" || charset === "UTF8") {
      return `${name}(${sqlOf(call, 0, scope)})`;
    }
    return `js_${name}(${allSql(call, scope).join(", ")})`;
  };
}

function toBinary(call: TypedCall, scope: Scope): string {
  const format = call.args.length > 1 ? sqlOf(call, 1, scope) : "'hex'";
  return `js_to_binary(${sqlOf(call, 0, scope)}, ${format})`;
}

/** How bytes that may be no text are treated; text always is one. */
function ofBytes(binary: string, text: string): Emitter {
  return (call, scope) => (isBinary(call) ? binary : text).replaceAll("$1", () => sqlOf(call, 0, scope));
}

const BROKEN =
  "error('[INVALID_UTF8_STRING] Invalid UTF8 byte sequence found in string. Use `try_validate_utf8` to get NULL, or `make_valid_utf8`.')";

/** Bytes as text and text as bytes. */
export const ENCODING_FUNCTIONS: EmitterTable = {
  base64,
  unbase64: "TRY(from_base64($1))",
  encode: coded("encode"),
  decode: coded("decode"),
  to_binary: toBinary,
  try_to_binary: toBinary,
  url_encode: "js_url_encode($1)",
  url_decode: "js_url_decode($1)",
  try_url_decode: "js_url_decode($1)",
  is_valid_utf8: ofBytes(
    "CASE WHEN $1 IS NOT NULL THEN TRY(decode($1)) IS NOT NULL END",
    "CASE WHEN $1 IS NOT NULL THEN true END",
  ),
  make_valid_utf8: ofBytes("sp_binary_string($1)", "$1"),
  validate_utf8: ofBytes(`CASE WHEN $1 IS NOT NULL THEN coalesce(TRY(decode($1)), ${BROKEN}) END`, "$1"),
  try_validate_utf8: ofBytes("TRY(decode($1))", "$1"),
  collate: "$1",
  collation: "'SYSTEM.BUILTIN.UTF8_BINARY'",
};
