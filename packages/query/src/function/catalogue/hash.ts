import { BINARY, INTEGER, LONG, STRING } from "../../data-type/data-type.ts";
import { anything, bytesOfText, int, optional, text } from "../accept.ts";
import { hashed } from "../coercion-rule.ts";
import { scalar } from "../define.ts";
import type { FunctionEntry } from "../function-entry.ts";
import { mayBeNull, neverNull } from "../result-rule.ts";

const cipher = [bytesOfText, bytesOfText, optional(text), optional(text)];

/** Digests and ciphers, over the bytes of their arguments. */
export const HASHES: readonly FunctionEntry[] = [
  scalar("md5", [bytesOfText], STRING),
  scalar("sha1", [bytesOfText], STRING, { aliases: ["sha"] }),
  scalar("sha2", [bytesOfText, int], STRING, { nullable: mayBeNull }),
  scalar("crc32", [bytesOfText], LONG),
  scalar("hash", [anything], INTEGER, { variadic: true, nullable: neverNull, coerce: hashed }),
  scalar("xxhash64", [anything], LONG, { variadic: true, nullable: neverNull, coerce: hashed }),
  scalar("aes_encrypt", [...cipher, optional(bytesOfText), optional(bytesOfText)], BINARY, {
    nullable: mayBeNull,
    deterministic: false,
  }),
  scalar("aes_decrypt", [...cipher, optional(bytesOfText)], BINARY, { nullable: mayBeNull }),
  scalar("try_aes_decrypt", [...cipher, optional(bytesOfText)], BINARY, { nullable: mayBeNull }),
];
