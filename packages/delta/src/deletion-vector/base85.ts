const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const DIGITS: ReadonlyMap<string, number> = new Map([...ALPHABET].map((character, digit) => [character, digit]));

/** Z85 text of bytes, four to five characters; zeros fill up the last four. */
export function encodeBase85(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    let word = 0;
    for (let i = 0; i < 4; i += 1) word = word * 256 + (bytes[at + i] ?? 0);
    let group = "";
    for (let i = 0; i < 5; i += 1) {
      group = (ALPHABET[word % 85] ?? "") + group;
      word = Math.floor(word / 85);
    }
    text += group;
  }
  return text;
}

/** The bytes of Z85 text, at most `length` of them: writers fill up the last group with zero bytes, or with the character `#`. @throws Error when it is no such text */
export function decodeBase85(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(text.length / 5) * 4);
  for (let at = 0; at < text.length; at += 5) {
    let word = 0;
    for (let i = 0; i < 5; i += 1) {
      const digit = DIGITS.get(text[at + i] ?? "#");
      if (digit === undefined) throw new Error(`"${text[at + i]}" is no Z85 character`);
      word = word * 85 + digit;
    }
    for (let i = 3; i >= 0; i -= 1) {
      bytes[(at / 5) * 4 + i] = word % 256;
      word = Math.floor(word / 256);
    }
  }
  if (bytes.length < length) throw new Error(`${bytes.length} bytes where ${length} were promised`);
  return bytes.subarray(0, length);
}
