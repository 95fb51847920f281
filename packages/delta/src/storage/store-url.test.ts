import { expect, test } from "vitest";
import { parseStoreUrl } from "./store-url.ts";

test.each([
  ["s3://b/a/b/", { kind: "s3", bucket: "b", key: "a/b", base: "s3://b" }],
  ["S3A://b.with.dots", { kind: "s3", bucket: "b.with.dots", key: "", base: "s3://b.with.dots" }],
  ["gs://b/a b%20", { kind: "gcs", bucket: "b", key: "a b%20", base: "gs://b" }],
  [
    "wasbs://c@acc.blob.core.windows.net/x",
    {
      kind: "azure",
      bucket: "c",
      account: "acc",
      domain: "core.windows.net",
      key: "x",
      base: "abfss://c@acc.dfs.core.windows.net",
    },
  ],
])("%s is an address in an object store", (url, parts) => {
  expect(parseStoreUrl(url)).toEqual(parts);
});

test.each([
  "/local/path",
  "file:///x",
  "dbfs:/x",
  "https://b/x",
  "s3:bucket",
  "abfss://container/x",
  "s3://key:secret@bucket/x",
])("%s is not", (url) => {
  expect(parseStoreUrl(url)).toBeUndefined();
});
