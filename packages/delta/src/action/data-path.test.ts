import { expect, test } from "vitest";
import { encodeDataPath, fileKey, resolveDataPath } from "./data-path.ts";

test("a path on disk goes into the log encoded and comes back the same", () => {
  const path = "country=a%20b/größe 1 #?.parquet";
  expect(encodeDataPath(path)).toBe("country%3Da%2520b/gr%C3%B6%C3%9Fe%201%20%23%3F.parquet");
  expect(resolveDataPath("/data/t", encodeDataPath(path))).toBe(`/data/t/${path}`);
});

test.each([
  ["file:/a/b%20c", "/a/b c"],
  ["file:///a/b", "/a/b"],
  ["/a/b", "/a/b"],
  ["s3://bucket/a%20b", "s3://bucket/a b"],
  ["100%", "/data/t/100%"],
])("the log's path %s is opened as %s", (path, opened) => {
  expect(resolveDataPath("/data/t", path)).toBe(opened);
});

test("two spellings of one path are one file, and another deletion vector makes another", () => {
  expect(fileKey({ path: "a%20b" })).toBe(fileKey({ path: "a b" }));
  expect(fileKey({ path: "file:/x/a" })).toBe(fileKey({ path: "file:///x/a" }));
  const deletionVector = { storageType: "u", pathOrInlineDv: "ab", offset: 1, sizeInBytes: 1, cardinality: 1 };
  expect(fileKey({ path: "a", deletionVector })).not.toBe(fileKey({ path: "a" }));
  expect(fileKey({ path: "a", deletionVector })).not.toBe(
    fileKey({ path: "a", deletionVector: { ...deletionVector, offset: 2 } }),
  );
});
