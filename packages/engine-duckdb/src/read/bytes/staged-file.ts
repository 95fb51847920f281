import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

const BUFFER_BYTES = 4 << 20;

/** A file in the engine's folder that is written piece by piece, front to back. Close it before it is read. */
export class StagedFile {
  readonly path: string;
  readonly #handle: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #length = 0;

  constructor(folder: string, name: string, extension: string) {
    this.path = join(folder, `${name}-${crypto.randomUUID()}.${extension}`);
    this.#handle = openSync(this.path, "w");
  }

  /** Adds bytes as they are. */
  bytes(bytes: Buffer): void {
    if (this.#length + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) writeAll(this.#handle, bytes);
    else this.#length += bytes.copy(this.#buffer, this.#length);
  }

  /** Adds text of characters up to U+00FF as one byte each, which is how bytes pass through text unchanged. */
  latin1(text: string): void {
    if (this.#length + text.length > BUFFER_BYTES) this.#flush();
    if (text.length > BUFFER_BYTES) writeAll(this.#handle, Buffer.from(text, "latin1"));
    else this.#length += this.#buffer.write(text, this.#length, "latin1");
  }

  /** Adds text in UTF-8. */
  text(text: string): void {
    if (this.#length + 3 * text.length > BUFFER_BYTES) this.#flush();
    if (3 * text.length > BUFFER_BYTES) writeAll(this.#handle, Buffer.from(text));
    else this.#length += this.#buffer.write(text, this.#length, "utf8");
  }

  close(): void {
    this.#flush();
    closeSync(this.#handle);
  }

  #flush(): void {
    writeAll(this.#handle, this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}

function writeAll(handle: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}
