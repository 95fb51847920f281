import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { isStoreUrl, parseStoreUrl } from "../storage/store-url.ts";
import type { DeletionVectorDescriptor } from "./action.ts";

/** A path relative to the table's folder, as it is on disk, in the form that the log wants: every part percent-encoded. */
export function encodeDataPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** A path of the log as a path that can be opened: absolute, or the URL of an object, decoded. `root` is the table's folder. */
export function resolveDataPath(root: string, path: string): string {
  if (/^file:/i.test(path)) return fileURLToPath(path.replace(/^file:\/*/i, "file:///"));
  if (isAbsoluteUri(path)) return isStoreUrl(path) ? decode(path) : path;
  const decoded = decode(path);
  const store = parseStoreUrl(root);
  if (store !== undefined) return decoded.startsWith("/") ? store.base + decoded : `${root}/${decoded}`;
  return decoded.startsWith("/") ? decoded : posix.join(root.replace(/\/$/, ""), decoded);
}

/** What makes two file actions be about the same rows: the file, and the deletion vector on it. */
export function fileKey(file: { readonly path: string; readonly deletionVector?: DeletionVectorDescriptor }): string {
  const path = canonicalPath(file.path);
  return file.deletionVector === undefined ? path : `${path}\n${deletionVectorId(file.deletionVector)}`;
}

function deletionVectorId(vector: DeletionVectorDescriptor): string {
  const offset = vector.offset === undefined ? "" : `@${vector.offset}`;
  return `${vector.storageType}${vector.pathOrInlineDv}${offset}`;
}

/** A path of the log in the form in which paths of one file are equal. */
export function canonicalPath(path: string): string {
  const plain = path.includes("%") ? decode(path) : path;
  return plain.startsWith("file:/") ? plain.replace(/^file:\/*/, "/") : plain;
}

/** Others write a bare `%` at times: then the path is what it says. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function isAbsoluteUri(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\//i.test(path);
}
