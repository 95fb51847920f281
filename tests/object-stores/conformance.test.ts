import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeltaError, type ObjectStore, openStore } from "@sluice/delta";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServerName } from "../../rigs/object-stores.mjs";
import { type ObjectStoreServer, serverLeftOut, startBucket } from "../harness/object-stores.ts";
import { temporaryFolder } from "../harness/sluice.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);

/** Azurite takes ten times the time of the others. */
const MANY: Readonly<Record<ServerName | "local", { readonly creators: number; readonly files: number }>> = {
  local: { creators: 500, files: 20 },
  s3: { creators: 500, files: 1100 },
  gcs: { creators: 500, files: 1100 },
  azure: { creators: 100, files: 20 },
};
const PLACES: readonly (ServerName | "local")[] = ["local", "s3", "gcs", "azure"];

describe.each(PLACES)("%s", (place) => {
  const leftOut = place === "local" ? undefined : serverLeftOut(place);
  const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;
  describe.skipIf(leftOut !== undefined)(`a store keeps what it promises${why}`, () => {
    let server: ObjectStoreServer | undefined;
    let base = "";
    let number = 0;

    beforeAll(async () => {
      if (place !== "local") server = await startBucket(place);
      base = server?.url ?? (await temporaryFolder());
    });
    afterAll(() => server?.stop());

    const fresh = (): ObjectStore => openStore(`${base}/test ${++number}`);

    test("a file is read whole and by ranges, replaced and deleted, and one that is missing is undefined", async () => {
      const store = fresh();
      expect(await store.read("a/b.json")).toBeUndefined();
      expect(await store.head("a/b.json")).toBeUndefined();
      await store.put("a/b.json", bytes("first"));
      await store.put("a/b.json", bytes("0123456789"));
      expect(text(await store.read("a/b.json"))).toBe("0123456789");
      expect(text(await store.read("a/b.json", { start: 2, length: 3 }))).toBe("234");
      expect(text(await store.read("a/b.json", { start: 8, length: 100 }))).toBe("89");
      expect(text(await store.read("a/b.json", { start: 10, length: 1 }))).toBe("");
      expect(await store.read("missing", { start: 0, length: 1 })).toBeUndefined();
      const found = await store.head("a/b.json");
      expect(found).toMatchObject({ path: "a/b.json", sizeBytes: 10 });
      expect(Math.abs(Date.now() - (found?.modifiedAt ?? 0))).toBeLessThan(60_000);
      await store.delete("a/b.json");
      await store.delete("a/b.json");
      expect(await store.list("")).toEqual([]);
    });

    test("an empty file is a file", async () => {
      const store = fresh();
      await store.put("empty", bytes(""));
      expect(text(await store.read("empty"))).toBe("");
      expect(await store.putIfAbsent("empty", bytes("x"))).toBe("exists");
      expect(await store.list("")).toMatchObject([{ path: "empty", sizeBytes: 0 }]);
    });

    test("names are literal: spaces, percent signs, equals signs, quotes, all of Unicode", async () => {
      const store = fresh();
      const names = [
        "region=eu west/part-0%20.json",
        "größe – 数/😀.json",
        "a+b&c#d;e,f@g'h\"(i)[j]{k}!~$.json",
        "100%/%41.json",
      ].map((name) => `odd/${name}`);
      await Promise.all(names.map((name) => store.put(name, bytes(name))));
      expect((await store.list("odd")).map((file) => file.path).sort()).toEqual([...names].sort());
      for (const name of names) {
        expect(text(await store.read(name))).toBe(name);
        expect(await store.putIfAbsent(name, bytes("x"))).toBe("exists");
        await store.delete(name);
      }
      expect(await store.list("")).toEqual([]);
    });

    test("of hundreds of creators of one file exactly one wins, and its content stays", async () => {
      const store = fresh();
      const other = openStore(store.root);
      const answers = await Promise.all(
        Array.from({ length: MANY[place].creators }, (_, i) =>
          (i % 2 === 0 ? store : other).putIfAbsent("log/1.json", bytes(i % 3 === 0 ? "same" : String(i))),
        ),
      );
      const winners = answers.flatMap((answer, i) => (answer === "created" ? [i] : []));
      expect(winners).toHaveLength(1);
      const [winner = 0] = winners;
      expect(text(await store.read("log/1.json"))).toBe(winner % 3 === 0 ? "same" : String(winner));
    });

    test("a listing is deep, sorted by UTF-8 bytes, longer than a page, and may start after a path", async () => {
      const store = fresh();
      const names = ["a.txt", "a/B", "a/b-c", "a/b/c", "a/b/d/e", "a/\uffee", "a/\u{1f600}", "ab/c", "b"];
      const many = Array.from({ length: MANY[place].files }, (_, i) => `many/${String(i).padStart(5, "0")}`);
      await Promise.all([...names, ...many].map((name) => store.put(name, bytes("x"))));
      const list = async (folder: string, start?: string) => (await store.list(folder, start)).map((file) => file.path);
      expect(await list("a")).toEqual(["a/B", "a/b-c", "a/b/c", "a/b/d/e", "a/\uffee", "a/\u{1f600}"]);
      expect(await list("a", "a/b/c")).toEqual(["a/b/d/e", "a/\uffee", "a/\u{1f600}"]);
      expect(await list("many")).toEqual(many);
      expect(await list("many", many.at(-3))).toEqual(many.slice(-2));
      expect(await store.list("missing")).toEqual([]);
      expect((await list("")).length).toBe(names.length + many.length);
      expect(await store.folders("")).toEqual(["a", "ab", "many"]);
      expect(await store.folders("a")).toEqual(["b"]);
      expect(await store.folders("missing")).toEqual([]);
    });

    test("a large file goes up and comes down in parts, byte for byte", async () => {
      const store = fresh();
      const folder = await temporaryFolder();
      for (const size of [0, 1000, (20 << 20) + 17]) {
        const content = randomBytes(size);
        await writeFile(join(folder, "up"), content);
        await store.upload(`large/${size}.bin`, join(folder, "up"));
        expect(await store.list("large", `large/${size}`)).toContainEqual(
          expect.objectContaining({ path: `large/${size}.bin`, sizeBytes: size }),
        );
        for (const known of [undefined, size]) {
          expect(await store.download(`large/${size}.bin`, join(folder, "down"), known)).toBe(size);
          expect((await readFile(join(folder, "down"))).equals(content)).toBe(true);
        }
      }
      expect(await store.download("missing", join(folder, "none"))).toBeUndefined();
    });

    if (place === "local") return;

    test("a bucket that is not there is named, with a next step", async () => {
      const store = openStore(`${base.replace("lake", "no-such-lake")}/x`);
      for (const work of [() => store.list(""), () => store.put("a", bytes("x"))]) {
        const error: unknown = await work().then(
          () => undefined,
          (one: unknown) => one,
        );
        expect(isDeltaError(error, "STORAGE_BUCKET_NOT_FOUND"), String(error)).toBe(true);
        expect(String(error)).toMatch(/no-such-lake.*Correct its name, or create it/);
      }
    });
  });
});
