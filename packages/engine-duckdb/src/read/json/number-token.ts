const [PLUS, MINUS, DOT, COLON] = [0x2b, 0x2d, 0x2e, 0x3a];

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isExponent(byte: number | undefined): boolean {
  return byte === 0x65 || byte === 0x45;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function digitsEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at;
}

/** Where the number ends that begins here; a byte further where none does. */
export function numberEnd(bytes: Buffer, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  if (!isDigit(bytes[first])) return start + 1;
  let end = bytes[first] === 0x30 ? first + 1 : digitsEnd(bytes, first);
  if (bytes[end] === DOT && isDigit(bytes[end + 1])) end = digitsEnd(bytes, end + 1);
  if (!isExponent(bytes[end])) return end;
  const power = bytes[end + 1] === MINUS || bytes[end + 1] === PLUS ? end + 2 : end + 1;
  return isDigit(bytes[power]) ? digitsEnd(bytes, power) : end;
}

/** Whether a number would not be printed as it is written: it has a point or an exponent, or is a negative zero. */
export function isChanged(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === DOT || isExponent(bytes[at])) return true;
  return end === start + 2 && bytes[start] === MINUS && bytes[start + 1] === 0x30;
}

/** The place of what follows blanks; the end when nothing does. */
export function afterBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (isBlank(bytes[at])) at++;
  return at;
}

/** Whether a colon stands here: what is before it is a name. */
export function isColon(bytes: Buffer, at: number): boolean {
  return bytes[at] === COLON;
}
