import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { PreludeFunction, PreludeValue } from "./prelude-definition.ts";
import { ofTexts } from "./prelude-definition.ts";

const CHARSETS: Readonly<Record<string, BufferEncoding>> = {
  "UTF-8": "utf8",
  UTF8: "utf8",
  "US-ASCII": "latin1",
  "ISO-8859-1": "latin1",
  "UTF-16LE": "utf16le",
};

function bytesOf(value: PreludeValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value ?? ""));
}

function encode(text: string, charset: string): Uint8Array {
  const name = charset.toUpperCase();
  if (name === "UTF-16BE" || name === "UTF-16") {
    const bytes = Buffer.from(text, "utf16le").swap16();
    return name === "UTF-16" ? Buffer.concat([Buffer.from([0xfe, 0xff]), bytes]) : bytes;
  }
  const encoding = CHARSETS[name];
  if (encoding === undefined) throw unknownCharset(charset);
  const plain = name === "US-ASCII" ? text.replace(/[^\p{ASCII}]/gu, "?") : text;
  return Buffer.from(plain, encoding);
}

function decode(bytes: Uint8Array, charset: string): string {
  const name = charset.toUpperCase();
  const buffer = Buffer.from(bytes);
  if (name === "UTF-16BE" || name === "UTF-16") {
    const little = buffer[0] === 0xff && buffer[1] === 0xfe;
    const body = name === "UTF-16" && (little || buffer[0] === 0xfe) ? buffer.subarray(2) : buffer;
    return (little ? body : Buffer.from(body).swap16()).toString("utf16le");
  }
  const encoding = CHARSETS[name];
  if (encoding === undefined) throw unknownCharset(charset);
  return buffer.toString(encoding);
}

function unknownCharset(charset: string): Error {
  return new Error(
    `[INVALID_PARAMETER_VALUE.CHARSET] The charset must be one of 'US-ASCII', 'ISO-8859-1', 'UTF-8', 'UTF-16BE', 'UTF-16LE', 'UTF-16', but got ${charset}.`,
  );
}

function toBinary(text: string, format: string): Uint8Array | null {
  switch (format.toLowerCase().replace("_", "-")) {
    case "hex":
      return /^[0-9a-fA-F]*$/.test(text) ? Buffer.from(text.length % 2 === 1 ? `0${text}` : text, "hex") : null;
    case "base64":
      return /^[A-Za-z0-9+/\s]*={0,2}$/.test(text) ? Buffer.from(text, "base64") : null;
    default:
      return Buffer.from(text);
  }
}

function binaryText(bytes: Uint8Array, format: string): string {
  const name = format.toLowerCase().replace("_", "-");
  if (name === "hex") return Buffer.from(bytes).toString("hex").toUpperCase();
  return Buffer.from(bytes).toString(name === "base64" ? "base64" : "utf8");
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array): bigint {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return BigInt((crc ^ 0xffffffff) >>> 0);
}

function sha2(bytes: Uint8Array, bits: number): string | null {
  const size = bits === 0 ? 256 : bits;
  return [224, 256, 384, 512].includes(size) ? createHash(`sha${size}`).update(bytes).digest("hex") : null;
}

interface Cipher {
  readonly key: Uint8Array;
  readonly mode: string;
  readonly iv: Uint8Array;
  readonly aad: Uint8Array;
}

function cipherOf(args: readonly PreludeValue[]): Cipher {
  const [key, mode, , iv, aad] = args;
  const size = bytesOf(key).length;
  if (![16, 24, 32].includes(size)) {
    throw new Error(`[INVALID_PARAMETER_VALUE.AES_KEY_LENGTH] The key must have 16, 24 or 32 bytes, but has ${size}.`);
  }
  const name = String(mode).toLowerCase();
  if (!["gcm", "cbc", "ecb"].includes(name)) {
    throw new Error(`[UNSUPPORTED_FEATURE.AES_MODE] AES-${String(mode)} is not supported: use GCM, CBC or ECB.`);
  }
  return { key: bytesOf(key), mode: name, iv: bytesOf(iv), aad: bytesOf(aad) };
}

function encrypt(bytes: Uint8Array, cipher: Cipher): Uint8Array {
  const bits = cipher.key.length * 8;
  if (cipher.mode === "gcm") {
    const iv = cipher.iv.length > 0 ? cipher.iv : randomBytes(12);
    const work = createCipheriv(`aes-${bits}-gcm` as "aes-128-gcm", cipher.key, iv);
    if (cipher.aad.length > 0) work.setAAD(cipher.aad);
    return Buffer.concat([iv, work.update(bytes), work.final(), work.getAuthTag()]);
  }
  const iv = cipher.mode === "ecb" ? null : cipher.iv.length > 0 ? cipher.iv : randomBytes(16);
  const work = createCipheriv(`aes-${bits}-${cipher.mode}`, cipher.key, iv);
  return Buffer.concat([iv ?? Buffer.alloc(0), work.update(bytes), work.final()]);
}

function decrypt(bytes: Uint8Array, cipher: Cipher): Uint8Array {
  const bits = cipher.key.length * 8;
  if (cipher.mode === "gcm") {
    const work = createDecipheriv(`aes-${bits}-gcm` as "aes-128-gcm", cipher.key, bytes.subarray(0, 12));
    if (cipher.aad.length > 0) work.setAAD(cipher.aad);
    work.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([work.update(bytes.subarray(12, -16)), work.final()]);
  }
  const start = cipher.mode === "ecb" ? 0 : 16;
  const iv = cipher.mode === "ecb" ? null : bytes.subarray(0, 16);
  const work = createDecipheriv(`aes-${bits}-${cipher.mode}`, cipher.key, iv);
  return Buffer.concat([work.update(bytes.subarray(start)), work.final()]);
}

function aes(apply: (bytes: Uint8Array, cipher: Cipher) => Uint8Array, tolerant: boolean): PreludeFunction {
  return {
    parameters: ["BLOB", "BLOB", "VARCHAR", "VARCHAR", "BLOB", "BLOB"],
    returns: "BLOB",
    volatile: true,
    apply: (bytes, ...rest) => {
      try {
        return apply(bytesOf(bytes), cipherOf(rest));
      } catch (error) {
        if (tolerant) return null;
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(reason.startsWith("[") ? reason : `[INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR] ${reason}`);
      }
    },
  };
}

function parseUrl(text: string, part: string, key: string): string | null {
  const found = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text);
  if (!found || /\s/.test(text)) return null;
  const [, protocol = null, authority = "", path = "", query = null, ref = null] = found;
  const parts: Readonly<Record<string, string | null>> = {
    HOST: authority.replace(/^[^@]*@/, "").replace(/:\d*$/, "") || null,
    PATH: path,
    QUERY: key === "" ? query : queryValue(query ?? "", key),
    REF: ref,
    PROTOCOL: protocol,
    FILE: query === null ? path : `${path}?${query}`,
    AUTHORITY: authority || null,
    USERINFO: /^([^@]*)@/.exec(authority)?.[1] ?? null,
  };
  return parts[part] ?? null;
}

function queryValue(query: string, key: string): string | null {
  const pair = query.split("&").find((one) => one.startsWith(`${key}=`));
  return pair === undefined ? null : pair.slice(key.length + 1);
}

function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, "+")
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function urlDecode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
}

/** Bytes: character sets, digests, ciphers, URLs. */
export const BYTE_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_encode: {
    ...ofTexts(2, () => null),
    returns: "BLOB",
    apply: (text, charset) => encode(String(text), String(charset)),
  },
  js_decode: {
    parameters: ["BLOB", "VARCHAR"],
    returns: "VARCHAR",
    apply: (bytes, charset) => decode(bytesOf(bytes), String(charset)),
  },
  js_utf8: { parameters: ["BLOB"], returns: "VARCHAR", apply: (bytes) => Buffer.from(bytesOf(bytes)).toString("utf8") },
  js_to_binary: {
    ...ofTexts(2, () => null),
    returns: "BLOB",
    apply: (text, format) => toBinary(String(text), String(format)),
  },
  js_binary_text: {
    parameters: ["BLOB", "VARCHAR"],
    returns: "VARCHAR",
    apply: (bytes, format) => binaryText(bytesOf(bytes), String(format)),
  },
  js_crc32: { parameters: ["BLOB"], returns: "BIGINT", apply: (bytes) => crc32(bytesOf(bytes)) },
  js_sha2: {
    parameters: ["BLOB", "INTEGER"],
    returns: "VARCHAR",
    apply: (bytes, bits) => sha2(bytesOf(bytes), Number(bits)),
  },
  js_aes_encrypt: aes(encrypt, false),
  js_aes_decrypt: aes(decrypt, false),
  js_try_aes_decrypt: aes(decrypt, true),
  js_parse_url: ofTexts(3, (text = "", part = "", key = "") => parseUrl(text, part, key)),
  js_url_encode: ofTexts(1, (text = "") => urlEncode(text)),
  js_url_decode: ofTexts(1, (text = "") => urlDecode(text)),
};
