import { struct } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../test/memory-store.ts";
import type { FileEntry } from "../engine/engine.ts";
import { FileLog } from "./file-log.ts";
import { FileStreamSource } from "./file-stream-source.ts";
import type { OffsetRange } from "./stream-source.ts";

const read = { format: "json", schema: struct([]), options: {}, basePath: "/in" };
const file = (name: string): FileEntry => ({ path: `/in/${name}`, sizeBytes: 10, modifiedAt: 0 });

class Folder {
  readonly store = new MemoryStore("/s");
  files: readonly FileEntry[] = [];
  listings = 0;

  source(maxFilesPerTrigger?: number, maxBytesPerTrigger?: number): FileStreamSource {
    const limit = {
      ...(maxFilesPerTrigger === undefined ? {} : { maxFilesPerTrigger }),
      ...(maxBytesPerTrigger === undefined ? {} : { maxBytesPerTrigger }),
    };
    const list = async (isKnown: (path: string) => boolean) => {
      this.listings++;
      return this.files.filter((one) => !isKnown(one.path));
    };
    return new FileStreamSource({ paths: ["/in"], read, list, ...limit }, (last) =>
      FileLog.open(this.store, "log", last),
    );
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
