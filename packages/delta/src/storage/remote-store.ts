import { randomUUID } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DeltaError } from "./delta-error.ts";
import { inParallel } from "./in-parallel.ts";
import { type ObjectClient, type RequestFailure, type StoredObject, VersionChanged } from "./object-client.ts";
import { type ByteRange, compareUtf8, type ObjectStore, type StoredFile } from "./object-store.ts";
import type { RequestGate } from "./request-gate.ts";
import { storageError } from "./storage-error.ts";
import type { StoreUrl } from "./store-url.ts";

const PART_BYTES = 8 << 20;
const PARALLEL_PARTS = 4;
const ATTEMPTS: Readonly<Record<RequestFailure["kind"], number>> = {
  NoCredentials: 1,
  Denied: 1,
  NoBucket: 1,
  Unreachable: 3,
  Busy: 6,
  Other: 1,
};
const CREATE_ATTEMPTS = 20;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 3_000;
const REQUEST_MS = 20_000;
const SLOWEST_BYTES_PER_MS = 100;

/** How a store reaches its bucket: the client is made at the first request. */
export interface Connection {
  readonly client: () => Promise<ObjectClient>;
  /** Shared by all stores of a bucket. */
  readonly gate: RequestGate;
}

/**
 * Files in a bucket below a prefix. Requests have a time-out, and are made again when the service is busy or the answer was lost. `putIfAbsent` is the
 * service's own conditional put; when the answer to one was lost, the mark in the object tells whether it took effect.
 *
 * All methods @throw DeltaError `STORAGE_..`, one message with a next step, when the service cannot be reached or refuses.
 */
export class RemoteStore implements ObjectStore {
  readonly root: string;
  readonly #prefix: string;
  readonly #url: StoreUrl;
  readonly #connection: Connection;

  constructor(url: StoreUrl, connection: Connection) {
    this.#url = url;
    this.#prefix = url.key === "" ? "" : `${url.key}/`;
    this.root = url.key === "" ? url.base : `${url.base}/${url.key}`;
    this.#connection = connection;
  }

  async read(path: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    if (range?.length === 0) return (await this.head(path)) && new Uint8Array();
    const found = await this.#send("read", path, (client, request) => client.read(request, range), range?.length);
    return found?.content;
  }

  async put(path: string, content: Uint8Array): Promise<void> {
    await this.#send("written", path, (client, request) => client.put(request, content), content.length);
  }

  async putIfAbsent(path: string, content: Uint8Array, after?: Promise<unknown>): Promise<"created" | "exists"> {
    await after;
    const writer = randomUUID();
    let isUncertain = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const outcome = await this.#once(path, content.length, (client, request) =>
          client.create(request, content, writer),
        );
        if (outcome === "created") return outcome;
        if (outcome === "exists") return isUncertain ? await this.#whose(path, writer) : outcome;
      } catch (error) {
        const failure = (await this.#connection.client()).explain(error);
        if (attempt >= ATTEMPTS[failure.kind]) throw this.#failure("written", path, failure, error);
        isUncertain = true;
      }
      if (attempt >= CREATE_ATTEMPTS) {
        throw this.#failure("written", path, { kind: "Busy", reason: "other writers were always at it" });
      }
      await pause(attempt);
    }
  }

  async list(folder: string, startAfter?: string): Promise<readonly StoredFile[]> {
    const found: StoredFile[] = [];
    const prefix = folder === "" ? this.#prefix : `${this.#prefix}${folder}/`;
    const start = startAfter === undefined ? {} : { startAfter: this.#prefix + startAfter };
    for (let next: string | undefined, more = true; more; more = next !== undefined) {
      const from = next === undefined ? start : { next };
      const page = await this.#send("listed", folder, (client, request) =>
        client.list({ ...request, key: prefix }, from),
      );
      for (const one of page.objects) if (!one.key.endsWith("/")) found.push(this.#file(one));
      next = page.next;
    }
    const after = found.filter((one) => startAfter === undefined || compareUtf8(one.path, startAfter) > 0);
    return after.sort((left, right) => compareUtf8(left.path, right.path));
  }

  async folders(folder: string): Promise<readonly string[]> {
    const names = new Set<string>();
    const prefix = folder === "" ? this.#prefix : `${this.#prefix}${folder}/`;
    for (let next: string | undefined, more = true; more; more = next !== undefined) {
      const options = { delimiter: "/", ...(next === undefined ? {} : { next }) } as const;
      const page = await this.#send("listed", folder, (client, request) =>
        client.list({ ...request, key: prefix }, options),
      );
      for (const one of page.prefixes) names.add(one.slice(prefix.length).replace(/\/$/, ""));
      next = page.next;
    }
    return [...names].sort(compareUtf8);
  }

  async head(path: string): Promise<StoredFile | undefined> {
    const found = await this.#send("read", path, (client, request) => client.head(request));
    return found && this.#file(found);
  }

  async delete(path: string): Promise<void> {
    await this.#send("deleted", path, (client, request) => client.delete(request));
  }

  async download(path: string, localPath: string, sizeBytes?: number): Promise<number | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const file = await open(localPath, "w");
      try {
        const first = await this.#part(path, sizeBytes !== undefined && sizeBytes <= PART_BYTES ? undefined : 0);
        if (first === undefined) return undefined;
        await file.write(first.content, 0, first.content.length, 0);
        const starts = partStarts(first.sizeBytes, first.content.length);
        await inParallel(starts, PARALLEL_PARTS, async (start) => {
          const part = await this.#part(path, start, first.version);
          if (part === undefined) throw new VersionChanged();
          await file.write(part.content, 0, part.content.length, start);
        });
        return first.sizeBytes;
      } catch (error) {
        if (!(error instanceof VersionChanged)) throw error;
        if (attempt === 3) {
          throw this.#failure("read", path, { kind: "Busy", reason: "it is replaced faster than it can be read" });
        }
      } finally {
        await file.close();
      }
    }
  }

  async upload(path: string, localPath: string): Promise<void> {
    const { size: sizeBytes } = await stat(localPath);
    const client = await this.#client();
    await client.upload(this.#prefix + path, { path: localPath, sizeBytes }, (bytes, request) =>
      this.#send("written", path, (_client, { signal }) => request(signal), bytes),
    );
  }

  async #part(path: string, start: number | undefined, version?: string) {
    const range = start === undefined ? undefined : { start, length: PART_BYTES };
    return await this.#send("read", path, (client, request) => client.read(request, range, version), PART_BYTES);
  }

  async #whose(path: string, writer: string): Promise<"created" | "exists"> {
    const found = await this.#send("read", path, (client, request) => client.head(request));
    return found?.writer === writer ? "created" : "exists";
  }

  async #send<Result>(
    action: Action,
    path: string,
    work: (client: ObjectClient, request: { key: string; signal: AbortSignal }) => Promise<Result>,
    bytes = 0,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(path, bytes, work);
      } catch (error) {
        if (error instanceof VersionChanged || error instanceof DeltaError) throw error;
        const failure = (await this.#client()).explain(error);
        if (attempt >= ATTEMPTS[failure.kind]) throw this.#failure(action, path, failure, error);
      }
      await pause(attempt);
    }
  }

  async #once<Result>(
    path: string,
    bytes: number,
    work: (client: ObjectClient, request: { key: string; signal: AbortSignal }) => Promise<Result>,
  ): Promise<Result> {
    const client = await this.#client();
    return await this.#connection.gate.pass(() =>
      withDeadline(REQUEST_MS + bytes / SLOWEST_BYTES_PER_MS, (signal) =>
        work(client, { key: this.#prefix + path, signal }),
      ),
    );
  }

  #client(): Promise<ObjectClient> {
    return this.#connection.client();
  }

  #file({ key, sizeBytes, modifiedAt }: StoredObject): StoredFile {
    return { path: key.slice(this.#prefix.length), sizeBytes, modifiedAt };
  }

  #failure(action: Action, path: string, failure: RequestFailure, cause?: unknown): DeltaError {
    return storageError(this.#url, path === "" ? this.root : `${this.root}/${path}`, action, failure, cause);
  }
}

type Action = "read" | "written" | "listed" | "deleted";

function partStarts(sizeBytes: number, from: number): readonly number[] {
  const count = Math.max(0, Math.ceil((sizeBytes - from) / PART_BYTES));
  return Array.from({ length: count }, (_, i) => from + i * PART_BYTES);
}

/** Grows with each attempt, at random so that those who failed together do not come back together. */
async function pause(attempt: number): Promise<void> {
  const longest = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  await sleep(longest / 2 + (Math.random() * longest) / 2);
}

/** Ends the work after a time, whether it listens to its signal or not. */
async function withDeadline<Result>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new DOMException(`no answer within ${Math.round(milliseconds / 1000)} seconds`, "TimeoutError");
      controller.abort(error);
      reject(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
