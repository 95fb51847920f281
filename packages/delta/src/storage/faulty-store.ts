import type { ByteRange, ObjectStore, StoredFile } from "./object-store.ts";

/**
 * What goes wrong: the `atWrite`-th write (from 1; `put`, `putIfAbsent`, `delete` and `upload` count) throws, `before` or `after` it took effect. After a `crash`
 * every later call throws as well, as for a process that died; after a `failure` the store works again.
 */
export interface Fault {
  readonly atWrite: number;
  readonly when: "before" | "after";
  readonly kind: "crash" | "failure";
}

/** A store that passes calls on to another and fails once as told: for tests of recovery. */
export class FaultyStore implements ObjectStore {
  readonly root: string;
  readonly #inner: ObjectStore;
  readonly #fault: Fault;
  #writes = 0;
  #crashed = false;

  constructor(inner: ObjectStore, fault: Fault) {
    this.root = inner.root;
    this.#inner = inner;
    this.#fault = fault;
  }

  /** Writes asked for so far, failed ones included. */
  get writes(): number {
    return this.#writes;
  }

  read(path: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return this.#alive(() => this.#inner.read(path, range));
  }

  putIfAbsent(path: string, content: Uint8Array, after?: Promise<unknown>): Promise<"created" | "exists"> {
    return this.#write(() => this.#inner.putIfAbsent(path, content, after));
  }

  put(path: string, content: Uint8Array): Promise<void> {
    return this.#write(() => this.#inner.put(path, content));
  }

  list(folder: string, startAfter?: string): Promise<readonly StoredFile[]> {
    return this.#alive(() => this.#inner.list(folder, startAfter));
  }

  folders(folder: string): Promise<readonly string[]> {
    return this.#alive(() => this.#inner.folders(folder));
  }

  head(path: string): Promise<StoredFile | undefined> {
    return this.#alive(() => this.#inner.head(path));
  }

  delete(path: string): Promise<void> {
    return this.#write(() => this.#inner.delete(path));
  }

  download(path: string, localPath: string, sizeBytes?: number): Promise<number | undefined> {
    return this.#alive(() => this.#inner.download(path, localPath, sizeBytes));
  }

  upload(path: string, localPath: string): Promise<void> {
    return this.#write(() => this.#inner.upload(path, localPath));
  }

  async #alive<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#crashed) throw new Error("the store has crashed");
    return call();
  }

  async #write<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#writes += 1;
    if (this.#writes !== this.#fault.atWrite) return this.#alive(call);
    if (this.#fault.when === "after") await this.#alive(call);
    this.#crashed = this.#fault.kind === "crash";
    throw new Error(`write ${this.#writes} was made to fail ${this.#fault.when} it took effect`);
  }
}
