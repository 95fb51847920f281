import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { FileStore } from "../engine/file-store.ts";
import type { Clock } from "./clock.ts";

/** Who runs the pipeline now. */
export interface LeaseHolder {
  /** Identity of this hold. */
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  readonly updateId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** When the holder last showed that it lives. */
  readonly seenAt: number;
}

export type LeaseOutcome =
  | { readonly kind: "Acquired"; readonly lease: UpdateLease }
  | { readonly kind: "Busy"; readonly holder: LeaseHolder };

const FOLDER = "system/update-lock";
const HEARTBEAT_MS = 10_000;
const STALE_MS = 60_000;

/** Holds of this process: a lock with our process id that is not among them was left by an earlier process with the same id. */
const held = new Set<string>();

/**
 * The right to run a pipeline, as files `system/update-lock/<n>.json` below its storage: the newest counts, and only one process can create a number. A
 * holder that died, or has not shown itself for a minute, is succeeded.
 */
export class UpdateLease {
  readonly #store: FileStore;
  readonly #clock: Clock;
  readonly #number: number;
  #holder: LeaseHolder;
  #timer: NodeJS.Timeout | undefined;

  private constructor(store: FileStore, clock: Clock, number: number, holder: LeaseHolder) {
    this.#store = store;
    this.#clock = clock;
    this.#number = number;
    this.#holder = holder;
  }

  /** Takes the lock, or tells at once who holds it. */
  static async acquire(store: FileStore, clock: Clock, updateId: string): Promise<LeaseOutcome> {
    for (;;) {
      const newest = await newestLease(store);
      if (newest !== undefined && isAlive(newest.holder, clock.now())) return { kind: "Busy", holder: newest.holder };
      const now = clock.now();
      const token = randomUUID();
      const holder = { token, pid: process.pid, host: hostname(), updateId, startedAt: now, seenAt: now };
      const lease = new UpdateLease(store, clock, (newest?.number ?? -1) + 1, holder);
      try {
        const outcome = await lease.#take(newest?.number);
        if (outcome !== undefined) return outcome;
      } catch (error) {
        held.delete(token);
        throw error;
      }
    }
  }

  /** Shows now and then that the holder lives; `lost` is called when another process has taken over. */
  keepAlive(lost: () => void): void {
    this.#timer = setInterval(() => void this.#beat(lost), HEARTBEAT_MS).unref();
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    held.delete(this.#holder.token);
    await this.#store.delete(leasePath(this.#number));
  }

  /** Undefined when another process was faster. */
  async #take(former: number | undefined): Promise<LeaseOutcome | undefined> {
    held.add(this.#holder.token);
    const outcome = await this.#store.putIfAbsent(leasePath(this.#number), encode(this.#holder));
    if (outcome === "exists") {
      held.delete(this.#holder.token);
      return undefined;
    }
    if (former !== undefined) await this.#store.delete(leasePath(former));
    const other = await otherHolder(this.#store, this.#number, this.#clock.now());
    if (other === undefined) return { kind: "Acquired", lease: this };
    await this.release();
    return { kind: "Busy", holder: other };
  }

  async #beat(lost: () => void): Promise<void> {
    try {
      const newest = await newestLease(this.#store);
      if (newest?.holder.token === this.#holder.token) {
        this.#holder = { ...this.#holder, seenAt: this.#clock.now() };
        await this.#store.put(leasePath(this.#number), encode(this.#holder));
      } else lost();
    } catch {
      // A heartbeat that cannot be written is made up by the next one; the lock outlives several.
    }
  }
}

/** Who runs the pipeline of a storage now; undefined when nobody does. */
export async function leaseHolder(store: FileStore, clock: Clock): Promise<LeaseHolder | undefined> {
  const newest = await newestLease(store);
  return newest !== undefined && isAlive(newest.holder, clock.now()) ? newest.holder : undefined;
}

async function newestLease(
  store: FileStore,
): Promise<{ readonly number: number; readonly holder: LeaseHolder } | undefined> {
  const number = Math.max(-1, ...(await leaseNumbers(store)));
  if (number < 0) return undefined;
  const content = await store.read(leasePath(number));
  return content === undefined ? await newestLease(store) : { number, holder: decode(content) };
}

/** A living holder of another number: someone took the lock while we were looking at an older one. */
async function otherHolder(store: FileStore, own: number, now: number): Promise<LeaseHolder | undefined> {
  const others = (await leaseNumbers(store)).filter((number) => number !== own);
  const contents = await Promise.all(others.map((number) => store.read(leasePath(number))));
  return contents
    .filter((content) => content !== undefined)
    .map(decode)
    .find((holder) => isAlive(holder, now));
}

async function leaseNumbers(store: FileStore): Promise<readonly number[]> {
  const files = await store.list(FOLDER);
  return files.map((file) => Number(/(\d+)\.json$/.exec(file.path)?.[1] ?? -1)).filter((number) => number >= 0);
}

function isAlive(holder: LeaseHolder, now: number): boolean {
  if (now - holder.seenAt > STALE_MS) return false;
  if (holder.host !== hostname()) return true;
  return holder.pid === process.pid ? held.has(holder.token) : processExists(holder.pid);
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function leasePath(number: number): string {
  return `${FOLDER}/${number}.json`;
}

function encode(holder: LeaseHolder): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(holder));
}

function decode(content: Uint8Array): LeaseHolder {
  return JSON.parse(new TextDecoder().decode(content)) as LeaseHolder;
}
