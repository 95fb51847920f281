/** A file of a store. `path` is relative to the store's root, with `/`; `modifiedAt` is milliseconds since the epoch. */
export interface StoredFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

/** A stretch of a file: the bytes from `start`, at most `length` of them. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/**
 * Files below a root: a local folder, a bucket, memory. Paths are relative to the root, with `/`, and are names as they are on disk: nothing in
 * them is decoded. A file appears whole or not at all, and a reader never sees half of one.
 */
export interface ObjectStore {
  /** Absolute path or URL of the root, without a slash at the end. Two stores of one root share their files. */
  readonly root: string;
  /** The content, or the part of it that lies in a range; undefined when there is no such file. */
  read(path: string, range?: ByteRange): Promise<Uint8Array | undefined>;
  /**
   * Creates a file, or answers `exists` and changes nothing. Of several callers at once, in any process, one creates. With `after` the file appears no sooner
   * than that is fulfilled, and never when it is rejected: the reason is the call's. Getting ready does not wait for it.
   */
  putIfAbsent(path: string, content: Uint8Array, after?: Promise<unknown>): Promise<"created" | "exists">;
  /** Creates or replaces a file. */
  put(path: string, content: Uint8Array): Promise<void>;
  /**
   * The files directly or deeper below a folder, sorted by the UTF-8 bytes of their paths; none when the folder is missing. With `startAfter`, a path
   * that need not exist, only those whose path sorts after it.
   */
  list(folder: string, startAfter?: string): Promise<readonly StoredFile[]>;
  /** The names of the folders directly below a folder, sorted by UTF-8 bytes; none when it is missing. */
  folders(folder: string): Promise<readonly string[]>;
  /** Size and time of a file without its content; undefined when there is no such file. */
  head(path: string): Promise<StoredFile | undefined>;
  /** Idempotent: a file that is not there is deleted already. */
  delete(path: string): Promise<void>;
  /**
   * Copies a file to an absolute local path whose folder exists, replacing what is there, and answers its size; undefined when there is no such file. A
   * failure may leave half a copy behind. `sizeBytes`, if known, saves a question.
   */
  download(path: string, localPath: string, sizeBytes?: number): Promise<number | undefined>;
  /** Creates or replaces a file with the content of a local one, of any size. */
  upload(path: string, localPath: string): Promise<void>;
}

/** Orders strings as their UTF-8 bytes are ordered: by code point, unlike `<`, which orders by UTF-16 unit. */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return surrogatesLast(a) - surrogatesLast(b);
  }
  return left.length - right.length;
}

function surrogatesLast(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
