import type { FileStore } from "../src/engine/file-store.ts";

/** A file store in memory. `onWrite` is called before each change and may throw. */
export class MemoryStore implements FileStore {
  readonly root: string;
  readonly files: Map<string, Uint8Array>;
  readonly #onWrite: (step: string) => void;

  constructor(root: string, files = new Map<string, Uint8Array>(), onWrite: (step: string) => void = () => {}) {
    this.root = root;
    this.files = files;
    this.#onWrite = onWrite;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.files.get(path);
  }

  async putIfAbsent(path: string, content: Uint8Array): Promise<"created" | "exists"> {
    this.#onWrite(`putIfAbsent ${path}`);
    if (this.files.has(path)) return "exists";
    this.files.set(path, content);
    return "created";
  }

  async put(path: string, content: Uint8Array): Promise<void> {
    this.#onWrite(`put ${path}`);
    this.files.set(path, content);
  }

  async list(folder: string): Promise<readonly { path: string; sizeBytes: number; modifiedAt: number }[]> {
    return [...this.files.entries()]
      .filter(([path]) => path.startsWith(`${folder}/`))
      .map(([path, content]) => ({ path, sizeBytes: content.length, modifiedAt: 0 }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async folders(folder: string): Promise<readonly string[]> {
    const below = (await this.list(folder)).map((file) => file.path.slice(folder.length + 1));
    return [...new Set(below.filter((path) => path.includes("/")).map((path) => path.slice(0, path.indexOf("/"))))];
  }

  async head(path: string): Promise<{ path: string; sizeBytes: number; modifiedAt: number } | undefined> {
    const content = this.files.get(path);
    return content && { path, sizeBytes: content.length, modifiedAt: 0 };
  }

  async delete(path: string): Promise<void> {
    this.#onWrite(`delete ${path}`);
    this.files.delete(path);
  }
}
