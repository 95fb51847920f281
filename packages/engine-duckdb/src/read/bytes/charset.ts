/** Decodes bytes piece by piece; `end` gives what is left. A byte order mark at the start is left out. */
export interface TextDecoding {
  write(bytes: Uint8Array): string;
  end(): string;
}

const UTF_8 = new Set(["utf-8", "utf8", ""]);

/** Whether a name of Java's charsets means UTF-8. */
export function isUtf8(charset: string): boolean {
  return UTF_8.has(charset.trim().toLowerCase());
}

/**
 * A decoder for one of Java's charsets; bytes that mean nothing become U+FFFD.
 *
 * @throws RangeError for a charset that is not known
 */
export function decoderOf(charset: string): TextDecoding {
  switch (charset.trim().toLowerCase()) {
    case "iso-8859-1":
    case "iso8859_1":
    case "latin1":
      return oneByteEach((byte) => byte);
    case "us-ascii":
    case "ascii":
      return oneByteEach((byte) => (byte < 0x80 ? byte : 0xfffd));
    case "utf-16":
      return guessEndian((little) => new TextDecoder(little ? "utf-16le" : "utf-16be"));
    case "utf-32":
      return utf32();
    default:
      return streaming(new TextDecoder(charset.trim().toLowerCase() || "utf-8"));
  }
}

type Decoder = InstanceType<typeof TextDecoder>;

function streaming(decoder: Decoder): TextDecoding {
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

function oneByteEach(code: (byte: number) => number): TextDecoding {
  const write = (bytes: Uint8Array): string => {
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += 8192) {
      parts.push(String.fromCharCode(...Array.from(bytes.subarray(at, at + 8192), code)));
    }
    return parts.join("");
  };
  return { write, end: () => "" };
}

/** Java's UTF-16: the mark tells the order of bytes; without one it is big-endian. */
function guessEndian(open: (little: boolean) => Decoder): TextDecoding {
  let head: Uint8Array = new Uint8Array(0);
  let inner: TextDecoding | undefined;
  const write = (bytes: Uint8Array): string => {
    if (inner !== undefined) return inner.write(bytes);
    head = Buffer.concat([head, bytes]);
    if (head.length < 2) return "";
    inner = streaming(open(head[0] === 0xff && head[1] === 0xfe));
    return inner.write(head);
  };
  return { write, end: () => inner?.end() ?? (head.length > 0 ? "\ufffd" : "") };
}

function utf32(): TextDecoding {
  let rest = Buffer.alloc(0);
  let little: boolean | undefined;
  const write = (bytes: Uint8Array): string => {
    rest = Buffer.concat([rest, bytes]);
    let text = "";
    const whole = rest.length - (rest.length % 4);
    for (let at = 0; at < whole; at += 4) {
      little ??= rest.readUInt32LE(at) === 0xfeff;
      const code = little ? rest.readUInt32LE(at) : rest.readUInt32BE(at);
      if (code !== 0xfeff || at > 0) text += code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    }
    rest = rest.subarray(whole);
    return text;
  };
  return { write, end: () => (rest.length > 0 ? "\ufffd" : "") };
}
