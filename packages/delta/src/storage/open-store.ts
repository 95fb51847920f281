import { fileURLToPath } from "node:url";
import { DeltaError } from "./delta-error.ts";
import { LocalStore } from "./local-store.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * The store of a folder given as a path or a `file:` URL.
 *
 * @throws DELTA_UNSUPPORTED_STORAGE for any other URL.
 */
export function openStore(url: string): ObjectStore {
  if (url.startsWith("file:")) return new LocalStore(fileURLToPath(url.replace(/^file:\/*/, "file:///")));
  if (/^[a-z][a-z0-9+.-]+:/i.test(url)) throw new DeltaError("DELTA_UNSUPPORTED_STORAGE", { url });
  return new LocalStore(url);
}
