import { struct } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../test/memory-store.ts";
import type { FileEntry } from "../engine/engine.ts";
import { type FileStreamOptions, FileStreamSource } from "./file-stream-source.ts";
import type { OffsetRange } from "./stream-source.ts";

const read = { format: "json", schema: struct([]), options: {}, basePath: "/in" };
const file = (name: string): FileEntry => ({ path: `/in/${name}`, sizeBytes: 10, modifiedAt: 0 });

class Folder {
  readonly store = new MemoryStore("/s");
  files: readonly FileEntry[] = [];
  listings = 0;
  options: Partial<FileStreamOptions> = {};

  source(maxFilesPerTrigger?: number, maxBytesPerTrigger?: number): FileStreamSource {
    const limit = {
      ...(maxFilesPerTrigger === undefined ? {} : { maxFilesPerTrigger }),
      ...(maxBytesPerTrigger === undefined ? {} : { maxBytesPerTrigger }),
    };
    const list = async (isKnown: (path: string) => boolean) => {
      this.listings++;
      return this.files.filter((one) => !isKnown(one.path));
    };
    return new FileStreamSource({ paths: ["/in"], read, list, ...limit, ...this.options }, this.store, "log");
  }
}

async function namesOf(source: FileStreamSource, range: OffsetRange | undefined): Promise<readonly string[]> {
  const slice = await source.slice(range!);
  return slice.kind === "Files" ? slice.files.map((one) => one.path.replace("/in/", "")) : [];
}

describe("a stream of files", () => {
  test("takes new files only, a limited number at a time, with one listing [F146] [F147]", async () => {
    const folder = new Folder();
    folder.files = ["a", "b", "c"].map(file);
    const source = folder.source(2);
    const first = await source.next(undefined);
    expect(source.backlog()).toEqual({ files: 1, bytes: 10 });
    const second = await source.next(first);
    expect([await namesOf(source, first), await namesOf(source, second)]).toEqual([["a", "b"], ["c"]]);
    folder.files = ["a", "b", "c", "d"].map(file);
    expect(await source.next(second)).toBeUndefined();
    expect(folder.listings).toBe(1);
    const later = folder.source(2);
    expect(await namesOf(later, await later.next(second))).toEqual(["d"]);
  });

  test("a file that changes later is not taken again", async () => {
    const folder = new Folder();
    folder.files = [file("a")];
    const first = await folder.source().next(undefined);
    folder.files = [{ ...file("a"), sizeBytes: 99, modifiedAt: 5 }];
    expect(await folder.source().next(first)).toBeUndefined();
  });

  test("a range ends with the file that reaches the limit of bytes [F147]", async () => {
    const folder = new Folder();
    folder.files = ["a", "b", "c", "d"].map(file);
    const source = folder.source(10, 15);
    const first = await source.next(undefined);
    const second = await source.next(first);
    expect([await namesOf(source, first), await namesOf(source, second)]).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    folder.files = ["e", "f"].map(file);
    const small = folder.source(10, 1);
    expect(await namesOf(small, await small.next(second))).toEqual(["e"]);
  });

  test("a changed file is taken again, whole, with allowOverwrites, each state of it once [F149]", async () => {
    const folder = new Folder();
    folder.options = { allowOverwrites: true };
    folder.files = ["a", "b"].map(file);
    const first = await folder.source().next(undefined);
    folder.files = [file("a"), { ...file("b"), modifiedAt: 7 }];
    const source = folder.source();
    const second = await source.next(first);
    expect(await namesOf(source, second)).toEqual(["b"]);
    expect(await folder.source().next(second)).toBeUndefined();
  });

  test("what is there at the beginning is left out without includeExistingFiles, and only then [F149]", async () => {
    const folder = new Folder();
    folder.options = { includeExistingFiles: false };
    folder.files = [file("old")];
    const source = folder.source();
    const first = await source.next(undefined);
    expect([await namesOf(source, first), await source.next(first)]).toEqual([[], undefined]);
    folder.files = [file("old"), file("new")];
    const later = folder.source();
    expect(await namesOf(later, await later.next(first))).toEqual(["new"]);
  });

  test("a file without content waits until it has some", async () => {
    const folder = new Folder();
    folder.files = [file("a"), { ...file("b"), sizeBytes: 0 }];
    const source = folder.source();
    const first = await source.next(undefined);
    expect(await namesOf(source, first)).toEqual(["a"]);
    folder.files = [file("a"), file("b")];
    const later = folder.source();
    expect(await namesOf(later, await later.next(first))).toEqual(["b"]);
  });

  test("files older than maxFileAge are not taken, and forgotten", async () => {
    const folder = new Folder();
    folder.options = { maxFileAge: 100, now: () => 1000 };
    folder.files = [
      { ...file("old"), modifiedAt: 899 },
      { ...file("young"), modifiedAt: 900 },
    ];
    const source = folder.source();
    expect(await namesOf(source, await source.next(undefined))).toEqual(["young"]);
  });

  test("files chosen by a run that died are the next range, alone", async () => {
    const folder = new Folder();
    folder.files = [file("a")];
    await folder.source().next(undefined);
    folder.files = [file("a"), file("b")];
    const source = folder.source();
    const first = await source.next(undefined);
    const second = await source.next(first);
    expect([await namesOf(source, first), await namesOf(source, second)]).toEqual([["a"], ["b"]]);
  });
});
