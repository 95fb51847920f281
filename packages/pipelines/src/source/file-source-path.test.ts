import { expect, test } from "vitest";
import { mapPath } from "./file-source-path.ts";

const world = {
  projectDir: "/project",
  mounts: {
    "/Volumes/main": "data",
    "/Volumes/main/raw/": "/big/raw",
    "dbfs:/lake": "lake",
    "s3://bucket": "/s3",
    "gs://b": "s3://other",
  },
};

test.each([
  ["data/orders", "/project/data/orders"],
  ["./data/../orders/", "/project/orders"],
  ["data/*/x.json", "/project/data/*/x.json"],
  ["/abs/orders", "/abs/orders"],
  ["file:///abs/a%20b", "/abs/a b"],
  ["file:/abs/x", "/abs/x"],
  ["/Volumes/main/raw/orders", "/big/raw/orders"],
  ["/Volumes/main/raw2", "/project/data/raw2"],
  ["dbfs:/Volumes/main/raw", "/big/raw"],
  ["/dbfs/lake/x", "/project/lake/x"],
  ["/lake/x", "/project/lake/x"],
  ["s3://bucket/a/*.json", "/s3/a/*.json"],
])("%s stands for %s [F151]", (given, path) => {
  expect(mapPath(given, world)).toEqual({ kind: "Local", path });
});

test.each([
  ["dbfs:/other/a/b", "dbfs:/other/a"],
  ["/Volumes/none/sch/vol/a", "/Volumes/none/sch/vol"],
  ["/mnt/no-such-mount/x/y", "/mnt/no-such-mount"],
])("%s is not mounted", (given, prefix) => {
  expect(mapPath(given, world)).toEqual({ kind: "NotMounted", prefix });
});

test.each([
  ["gs://b/x/", "s3://other/x"],
  ["s3://buckets/a/*.json", "s3://buckets/a/*.json"],
  ["s3a://buckets/a", "s3a://buckets/a"],
  ["abfss://c@account.dfs.core.windows.net/a b%20", "abfss://c@account.dfs.core.windows.net/a b%20"],
])("%s is in an object store", (given, path) => {
  expect(mapPath(given, world)).toEqual({ kind: "Remote", path });
});

test("a mount to what is no storage is told apart", () => {
  expect(mapPath("/ftp/x", { ...world, mounts: { "/ftp": "ftp://host/y" } })).toEqual({
    kind: "NotLocal",
    target: "ftp://host/y/x",
  });
});
