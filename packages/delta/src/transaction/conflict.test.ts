import { expect, test } from "vitest";
import type { Action, AddFile } from "../action/action.ts";
import { type Attempt, findConflict } from "./conflict.ts";

const add = (path: string, dataChange = true): AddFile => ({
  kind: "AddFile",
  path,
  partitionValues: {},
  size: 1,
  modificationTime: 0,
  dataChange,
});
const remove = (path: string): Action => ({ kind: "RemoveFile", path, dataChange: true });
const info = (isBlindAppend: boolean): Action => ({
  kind: "CommitInfo",
  operation: "WRITE",
  operationParameters: {},
  operationMetrics: {},
  isBlindAppend,
});
const metadata: Action = {
  kind: "Metadata",
  id: "x",
  format: { provider: "parquet", options: {} },
  partitionColumns: [],
  configuration: {},
};
const protocol: Action = { kind: "Protocol", minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [] };
const txn = (appId: string): Action => ({ kind: "SetTransaction", appId, version: 1 });
const domain: Action = { kind: "DomainMetadata", domain: "sluice.x", configuration: "", removed: false };

const append: Attempt = {
  domains: new Set(),
  changesProtocol: false,
  changesMetadata: false,
  removedKeys: new Set(),
  mayRead: () => false,
  hasRead: () => false,
  dataChange: true,
  isolation: "WriteSerializable",
};
const whole: Attempt = { ...append, mayRead: () => true, hasRead: () => true };
const someFiles: Attempt = {
  ...append,
  removedKeys: new Set(["a"]),
  mayRead: (file) => file.path.startsWith("a"),
  hasRead: (key) => key.startsWith("a"),
};

test.each<readonly [string, Attempt, readonly Action[], string | undefined]>([
  ["append after append", append, [info(true), add("b")], undefined],
  ["append after delete", append, [info(false), remove("b")], undefined],
  ["append after a new schema", append, [metadata], "DELTA_METADATA_CHANGED"],
  ["append after a new protocol", append, [protocol], undefined],
  ["protocol change after a new protocol", { ...append, changesProtocol: true }, [protocol], "DELTA_PROTOCOL_CHANGED"],
  ["append of an app after the same app", { ...append, appId: "f" }, [txn("f")], "DELTA_CONCURRENT_TRANSACTION"],
  ["append of an app after another app", { ...append, appId: "f" }, [txn("g")], undefined],
  ["same domain", { ...append, domains: new Set(["sluice.x"]) }, [domain], "DELTA_DOMAIN_METADATA_CONFLICT"],
  ["other domain", { ...append, domains: new Set(["sluice.y"]) }, [domain], undefined],
  ["read of all after a blind append", whole, [info(true), add("b")], undefined],
  [
    "serializable read of all after a blind append",
    { ...whole, isolation: "Serializable" },
    [info(true), add("b")],
    "DELTA_CONCURRENT_APPEND",
  ],
  ["read of all after an append that read", whole, [info(false), add("b")], "DELTA_CONCURRENT_APPEND"],
  ["read of all after an append that says nothing", whole, [add("b")], "DELTA_CONCURRENT_APPEND"],
  ["read of all after compaction", whole, [add("b", false), remove("c")], "DELTA_CONCURRENT_DELETE_READ"],
  ["read of some after other rows came", someFiles, [info(false), add("b")], undefined],
  ["read of some after such rows came", someFiles, [info(false), add("a2")], "DELTA_CONCURRENT_APPEND"],
  ["compaction after such rows came", { ...someFiles, dataChange: false }, [info(false), add("a2")], undefined],
  ["read of some after one of them went", someFiles, [remove("a3")], "DELTA_CONCURRENT_DELETE_READ"],
  ["read of some after others went", someFiles, [remove("b")], undefined],
  ["two deletes of one file", someFiles, [remove("a")], "DELTA_CONCURRENT_DELETE_DELETE"],
])("%s", (_what, attempt, actions, code) => {
  expect(findConflict(attempt, { version: 4, actions })?.code).toBe(code);
});

test("a conflict says which version was in the way and what it did", () => {
  expect(findConflict(append, { version: 4, actions: [metadata] })?.message).toBe(
    "Version 4 changed the schema or the properties of the table.",
  );
});
