import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ObjectClient, type RequestFailure, VersionChanged } from "./object-client.ts";
import { RemoteStore } from "./remote-store.ts";
import { RequestGate } from "./request-gate.ts";
import { parseStoreUrl } from "./store-url.ts";

interface Entry {
  readonly content: Uint8Array;
  readonly version: string;
  readonly writer?: string;
}

class Trouble extends Error {
  readonly kind: RequestFailure["kind"];
  constructor(kind: RequestFailure["kind"]) {
    super(`${kind} ?token=secret`);
    this.kind = kind;
  }
}

/** A service in memory. `before` and `after` are called around each request and may throw: then the request was not made, or its answer was lost. */
class MemoryClient implements ObjectClient {
  readonly objects = new Map<string, Entry>();
  requests = 0;
  before: (request: number) => void = () => {};
  after: (request: number) => void = () => {};

  async read({ key }: { key: string }, range?: { start: number; length: number }, version?: string) {
    return this.#request(() => {
      const found = this.objects.get(key);
      if (found === undefined) return undefined;
      if (version !== undefined && found.version !== version) throw new VersionChanged();
      const end = range === undefined ? undefined : range.start + range.length;
      const content = found.content.subarray(range?.start ?? 0, end);
      return { content, sizeBytes: found.content.length, version: found.version };
    });
  }

  async put({ key }: { key: string }, content: Uint8Array) {
    this.#request(() => void this.objects.set(key, { content, version: String(this.requests) }));
  }

  async create({ key }: { key: string }, content: Uint8Array, writer: string) {
    return this.#request(() => {
      if (this.objects.has(key)) return "exists" as const;
      this.objects.set(key, { content, writer, version: String(this.requests) });
      return "created" as const;
    });
  }

  async head({ key }: { key: string }) {
    return this.#request(() => {
      const found = this.objects.get(key);
      const writer = found?.writer === undefined ? {} : { writer: found.writer };
      return found && { key, sizeBytes: found.content.length, modifiedAt: 0, ...writer };
    });
  }

  async delete({ key }: { key: string }) {
    this.#request(() => void this.objects.delete(key));
  }

  async list() {
    return this.#request(() => ({ objects: [], prefixes: [] }));
  }

  async upload(): Promise<void> {}

  explain(error: unknown): RequestFailure {
    return error instanceof Trouble ? { kind: error.kind, reason: error.kind } : { kind: "Other", reason: "?" };
  }

  #request<Answer>(work: () => Answer): Answer {
    const request = ++this.requests;
    this.before(request);
    const answer = work();
    this.after(request);
    return answer;
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);

function storeOn(client: ObjectClient): RemoteStore {
  const url = parseStoreUrl("s3a://bucket/some/where/");
  if (url === undefined) throw new Error("no URL");
  return new RemoteStore(url, { client: async () => client, gate: new RequestGate(2) });
}

const fail = (kind: RequestFailure["kind"]) => () => {
  throw new Trouble(kind);
};

test("a creator whose answer was lost finds its own mark and has won", async () => {
  const client = new MemoryClient();
  client.after = (request) => request === 1 && fail("Unreachable")();
  expect(await storeOn(client).putIfAbsent("1.json", bytes("mine"))).toBe("created");
  expect(client.objects.get("some/where/1.json")?.content).toEqual(bytes("mine"));
});

test("a creator whose request was lost while another won has lost, even with equal content", async () => {
  const client = new MemoryClient();
  client.before = (request) => {
    if (request !== 1) return;
    client.objects.set("some/where/1.json", { content: bytes("same"), version: "x", writer: "another" });
    throw new Trouble("Busy");
  };
  expect(await storeOn(client).putIfAbsent("1.json", bytes("same"))).toBe("exists");
});

test("a creator asks again when another request was under way", async () => {
  const client = new MemoryClient();
  const create = client.create.bind(client);
  let conflicts = 3;
  client.create = async (...args) => (conflicts-- > 0 ? ("conflict" as never) : create(...args));
  expect(await storeOn(client).putIfAbsent("1.json", bytes("x"))).toBe("created");
});

test("a busy service is asked again, one that refuses is not, and no secret is in the message", async () => {
  const client = new MemoryClient();
  client.before = (request) => request < 4 && fail("Busy")();
  await storeOn(client).put("a", bytes("x"));
  expect(client.requests).toBe(4);

  client.before = fail("Denied");
  const error = await storeOn(client)
    .read("a")
    .catch((one: unknown) => one);
  expect(client.requests).toBe(5);
  expect(String(error)).toMatch(/STORAGE_ACCESS_DENIED.*"s3:\/\/bucket\/some\/where\/a" may not be read/);
  expect(JSON.stringify([error, String((error as Error).cause)])).not.toContain("secret");
});

test("a service that does not answer is given up after a few tries", async () => {
  const client = new MemoryClient();
  client.before = fail("Unreachable");
  await expect(storeOn(client).list("x")).rejects.toThrow(/STORAGE_UNREACHABLE.*Check the network/);
  expect(client.requests).toBe(3);
  await expect(storeOn(client).putIfAbsent("x", bytes("y"))).rejects.toThrow(/STORAGE_UNREACHABLE/);
});

test("a file that is replaced during a download arrives whole in its new state", async () => {
  const client = new MemoryClient();
  const [old, fresh] = [new Uint8Array(20 << 20).fill(1), new Uint8Array(18 << 20).fill(2)];
  client.objects.set("some/where/f", { content: old, version: "1" });
  client.before = (request) => {
    if (request === 2) client.objects.set("some/where/f", { content: fresh, version: "2" });
  };
  const target = join(await mkdtemp(join(tmpdir(), "sluice-remote-")), "f");
  expect(await storeOn(client).download("f", target)).toBe(fresh.length);
  expect((await readFile(target)).equals(fresh)).toBe(true);
});

test("no more requests are under way than the gate lets through", async () => {
  const client = new MemoryClient();
  let [now, most] = [0, 0];
  client.head = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now -= 1;
    return undefined;
  };
  const store = storeOn(client);
  await Promise.all(Array.from({ length: 20 }, (_, i) => store.head(String(i))));
  expect(most).toBe(2);
});
