import type { ByteRange } from "./object-store.ts";

/** An object by its whole key. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** Some of a listing, in the order of keys. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** With a delimiter: what lies below, up to the delimiter, as prefixes. */
  readonly prefixes: readonly string[];
  /** Asks for what follows; absent at the end. */
  readonly next?: string;
}

/** Content of an object, or a range of it. `version` names this content: another one has another. `sizeBytes` is that of the whole object. */
export interface ObjectContent {
  readonly content: Uint8Array;
  readonly sizeBytes: number;
  readonly version: string;
}

/** What a failed request means. */
export interface RequestFailure {
  readonly kind: "NoCredentials" | "Denied" | "NoBucket" | "Unreachable" | "Busy" | "Other";
  /** The service's own words, free of secrets. */
  readonly reason: string;
}

/** The whole key of what a request is about, and how long it may take. */
export interface ObjectRequest {
  readonly key: string;
  readonly signal: AbortSignal;
}

/**
 * The requests that a store makes to one bucket. Each method makes one request, tried once: when to try again is the store's decision. `upload` may make
 * many, each of them through `send`.
 */
export interface ObjectClient {
  /** Undefined when there is no such object. With `version`, fails with a `VersionChanged` error when the object has another by now. */
  read(request: ObjectRequest, range?: ByteRange, version?: string): Promise<ObjectContent | undefined>;
  put(request: ObjectRequest, content: Uint8Array): Promise<void>;
  /** Creates an object that bears the mark of its writer. `conflict`: another request for the key was under way; ask again. */
  create(request: ObjectRequest, content: Uint8Array, writer: string): Promise<"created" | "exists" | "conflict">;
  /** `writer` is the mark that `create` left. */
  head(request: ObjectRequest): Promise<(StoredObject & { readonly writer?: string }) | undefined>;
  delete(request: ObjectRequest): Promise<void>;
  /** `key` of the request is the prefix. `startAfter` may be taken as inclusive, or be ignored. */
  list(request: ObjectRequest, page: ListOptions): Promise<ObjectPage>;
  upload(key: string, file: LocalFile, send: Send): Promise<void>;
  explain(error: unknown): RequestFailure;
}

export interface ListOptions {
  readonly startAfter?: string;
  readonly next?: string;
  readonly delimiter?: "/";
}

/** A local file to be sent. */
export interface LocalFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Makes a request, again if need be. `bytes` is how much goes over the line, for the time it may take. */
export type Send = <Result>(bytes: number, request: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

/** The name of the metadata entry in which `create` leaves its mark. */
export const WRITER = "sluicewriter";

/** An object was replaced while parts of it were being read. */
export class VersionChanged extends Error {
  override readonly name: string = "VersionChanged";
}

const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS)|TimeoutError|AbortError|REQUEST_SEND_ERROR/;

/** What an error of the network or an HTTP status means, the same for every service; undefined when only the service's own code can tell. */
export function networkFailure(error: unknown, status?: number): RequestFailure["kind"] | undefined {
  if (status !== undefined) {
    if (status === 401 || status === 403) return "Denied";
    return status === 429 || status === 408 || status >= 500 ? "Busy" : undefined;
  }
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    const code = "code" in one ? String(one.code) : "";
    if (NETWORK.test(code) || NETWORK.test(one.name)) return "Unreachable";
    if (one instanceof AggregateError) one.cause ??= one.errors[0];
  }
  return undefined;
}

/** The words of an error without what may be secret: query strings of URLs. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  const text = error.message !== "" ? error.message : first instanceof Error ? first.message : "";
  const name = error.name === "Error" || text.includes(error.name) ? "" : `${error.name}: `;
  const [line = ""] = `${name}${text || ("code" in error ? String(error.code) : "no answer")}`.split("\n");
  return line.replace(/\?[^\s"']*/g, "");
}
