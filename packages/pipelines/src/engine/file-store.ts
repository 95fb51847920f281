/** Small files of a pipeline: checkpoints, schemas, locks. Paths are relative to the store's root, with `/`. */
export interface FileStore {
  /** Absolute path or URL of the root. */
  readonly root: string;
  /** The content, or undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Creates a file whole, or answers `exists` and changes nothing. Never exposes half a file. */
  putIfAbsent(path: string, content: Uint8Array): Promise<"created" | "exists">;
  /** Creates or replaces a file whole. */
  put(path: string, content: Uint8Array): Promise<void>;
  /** Paths directly or deeper below a folder, sorted by UTF-8 bytes; none when the folder is missing. */
  list(
    folder: string,
  ): Promise<readonly { readonly path: string; readonly sizeBytes: number; readonly modifiedAt: number }[]>;
  /** Names of the folders directly below a folder; none when it is missing. */
  folders(folder: string): Promise<readonly string[]>;
  /** Size and time of a file; undefined when there is no such file. */
  head(
    path: string,
  ): Promise<{ readonly path: string; readonly sizeBytes: number; readonly modifiedAt: number } | undefined>;
  /** Idempotent. */
  delete(path: string): Promise<void>;
}

/** Opens the files below an absolute folder, or below the URL of an object store. Touches nothing. */
export type OpenStore = (root: string) => FileStore;
