import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import type { DeletionVectorDescriptor } from "../action/action.ts";
import { resolveDataPath } from "../action/data-path.ts";
import { DeltaError } from "../storage/delta-error.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { openStore } from "../storage/open-store.ts";
import { decodeBase85, encodeBase85 } from "./base85.ts";
import { decodeRows, encodeRows } from "./roaring.ts";
import type { RowSet } from "./row-set.ts";

const FORMAT_VERSION = 1;
const UUID_CHARACTERS = 20;

/** Where the rows of a descriptor are stored: in itself, or in a file at `path` below the table's folder or anywhere. */
type VectorPlace =
  | { readonly kind: "Inline"; readonly bytes: Uint8Array }
  | { readonly kind: "Relative" | "Absolute"; readonly path: string };

/** The rows that a deletion vector deletes. `store` is the table's. @throws DELTA_DELETION_VECTOR_CORRUPT naming the file, and why */
export async function readDeletionVector(store: ObjectStore, descriptor: DeletionVectorDescriptor): Promise<RowSet> {
  let file = "the log";
  try {
    const place = placeOf(descriptor, store.root);
    if (place.kind !== "Inline") file = place.path;
    const rows = decodeRows(place.kind === "Inline" ? place.bytes : await readStored(store, place, descriptor));
    if (rows.size === descriptor.cardinality) return rows;
    throw new Error(`it holds ${rows.size} rows where the log says ${descriptor.cardinality}`);
  } catch (error) {
    if (!(error instanceof Error) || /^(Delta|Storage)Error$/.test(error.name) || "syscall" in error) throw error;
    throw new DeltaError("DELTA_DELETION_VECTOR_CORRUPT", { table: store.root, file, reason: error.message }, error);
  }
}

function placeOf(
  { storageType, pathOrInlineDv: text, sizeInBytes }: DeletionVectorDescriptor,
  root: string,
): VectorPlace {
  switch (storageType) {
    case "i":
      return { kind: "Inline", bytes: decodeBase85(text, sizeInBytes) };
    case "u":
      return { kind: "Relative", path: relativePath(text) };
    case "p":
      return { kind: "Absolute", path: resolveDataPath(root, text) };
    default:
      throw new Error(`its storage type "${storageType}" is unknown`);
  }
}

/** The path that `u` stands for: the characters before the UUID are a folder. */
function relativePath(text: string): string {
  const prefix = text.slice(0, -UUID_CHARACTERS);
  const hex = Buffer.from(decodeBase85(text.slice(-UUID_CHARACTERS), 16)).toString("hex");
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return `${prefix === "" ? "" : `${prefix}/`}deletion_vector_${uuid}.bin`;
}

async function readStored(
  store: ObjectStore,
  place: Exclude<VectorPlace, { kind: "Inline" }>,
  { offset = 1, sizeInBytes }: DeletionVectorDescriptor,
): Promise<Uint8Array> {
  const range = { start: offset, length: sizeInBytes + 8 };
  const slash = place.path.lastIndexOf("/");
  const bytes =
    place.kind === "Relative"
      ? await store.read(place.path, range)
      : await openStore(place.path.slice(0, slash)).read(place.path.slice(slash + 1), range);
  if (bytes === undefined) throw new Error("the file is gone");
  if (bytes.length < range.length) throw new Error("the file ends too soon");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = bytes.subarray(4, 4 + sizeInBytes);
  if (view.getUint32(0) !== sizeInBytes) throw new Error(`its size is ${view.getUint32(0)}, not ${sizeInBytes}`);
  if (view.getUint32(4 + sizeInBytes) !== crc32(payload)) throw new Error("its checksum is wrong");
  return payload;
}

/** A file of deletion vectors that is still to be written, and the descriptors of its vectors in the order of the sets. */
export interface DeletionVectorFile {
  /** In the table's folder. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly descriptors: readonly DeletionVectorDescriptor[];
}

/** Puts the deletion vectors of one commit into one file. None of the sets is empty. */
export function packDeletionVectors(sets: readonly RowSet[]): DeletionVectorFile {
  const name = encodeBase85(Buffer.from(randomUUID().replaceAll("-", ""), "hex"));
  const payloads = sets.map(encodeRows);
  const content = new Uint8Array(payloads.reduce((sum, payload) => sum + payload.length + 8, 1));
  const view = new DataView(content.buffer);
  content[0] = FORMAT_VERSION;
  let offset = 1;
  const descriptors = payloads.map((payload, i) => {
    view.setUint32(offset, payload.length);
    content.set(payload, offset + 4);
    view.setUint32(offset + 4 + payload.length, crc32(payload));
    const place = { storageType: "u", pathOrInlineDv: name, offset, sizeInBytes: payload.length };
    offset += payload.length + 8;
    return { ...place, cardinality: sets[i]?.size ?? 0 };
  });
  return { path: relativePath(name), content, descriptors };
}
