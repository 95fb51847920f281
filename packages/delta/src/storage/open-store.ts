import { fileURLToPath } from "node:url";
import { DeltaError } from "./delta-error.ts";
import { LocalStore } from "./local-store.ts";
import type { ObjectClient } from "./object-client.ts";
import type { ObjectStore } from "./object-store.ts";
import { openClient } from "./open-client.ts";
import { type Connection, RemoteStore } from "./remote-store.ts";
import { RequestGate } from "./request-gate.ts";
import { parseStoreUrl, type StoreUrl } from "./store-url.ts";

const REQUESTS_AT_ONCE = 48;

/** By bucket: its stores share sockets, credentials and the number of requests at once. */
const connections = new Map<string, Connection>();

/**
 * The store of a folder given as a path, a `file:` URL, or the URL of an object store (`s3://`, `gs://`, `abfss://`, and the spellings of `parseStoreUrl`).
 * Touches nothing: clients of object stores are loaded, and credentials looked for, at the first request.
 *
 * @throws DELTA_UNSUPPORTED_STORAGE for any other URL.
 */
export function openStore(url: string): ObjectStore {
  if (url.startsWith("file:")) return new LocalStore(fileURLToPath(url.replace(/^file:\/*/, "file:///")));
  const remote = parseStoreUrl(url);
  if (remote !== undefined) return new RemoteStore(remote, connectionTo(remote));
  if (/^[a-z][a-z0-9+.-]+:/i.test(url)) {
    throw new DeltaError("DELTA_UNSUPPORTED_STORAGE", { url: url.replace(/\/\/[^/]*@/, "//") });
  }
  return new LocalStore(url);
}

function connectionTo(url: StoreUrl): Connection {
  const known = connections.get(url.base);
  if (known !== undefined) return known;
  let client: Promise<ObjectClient> | undefined;
  const connection = {
    gate: new RequestGate(REQUESTS_AT_ONCE),
    client: () => {
      client ??= openClient(url).catch((error: unknown) => {
        client = undefined;
        throw error;
      });
      return client;
    },
  };
  connections.set(url.base, connection);
  return connection;
}
