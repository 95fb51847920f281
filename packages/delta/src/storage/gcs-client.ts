import { readFile } from "node:fs/promises";
import type { Bucket, File, FileMetadata, GetFilesOptions } from "@google-cloud/storage";
import {
  type ListOptions,
  type LocalFile,
  networkFailure,
  type ObjectClient,
  type ObjectContent,
  type ObjectPage,
  type ObjectRequest,
  type RequestFailure,
  reasonOf,
  type Send,
  type StoredObject,
  VersionChanged,
  WRITER,
} from "./object-client.ts";
import type { ByteRange } from "./object-store.ts";

type Sdk = typeof import("@google-cloud/storage");

const WHOLE_BYTES = 8 << 20;

/** Google Cloud Storage. Credentials are the SDK's: `GOOGLE_APPLICATION_CREDENTIALS`, gcloud's, the metadata server; none for `STORAGE_EMULATOR_HOST`. */
export function openGcsClient(sdk: Sdk, bucket: string): ObjectClient {
  const storage = new sdk.Storage({ retryOptions: { autoRetry: false }, timeout: 30_000 });
  const emulator = process.env["STORAGE_EMULATOR_HOST"];
  if (emulator !== undefined) storage.baseUrl = emulatorUrl(emulator);
  return new GcsObjectClient(storage.bucket(bucket));
}

/** The SDK takes the variable for the address of the interface; other clients, and the emulators, for that of the server. */
function emulatorUrl(host: string): string {
  const url = (/^https?:/.test(host) ? host : `http://${host}`).replace(/\/+$/, "");
  return url.endsWith("/storage/v1") ? url : `${url}/storage/v1`;
}

class GcsObjectClient implements ObjectClient {
  readonly #bucket: Bucket;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  async read({ key }: ObjectRequest, range?: ByteRange, version?: string): Promise<ObjectContent | undefined> {
    const file = this.#bucket.file(key, version === undefined ? {} : { generation: version });
    try {
      return range === undefined ? await readWhole(file) : await readRange(file, range);
    } catch (error) {
      if (statusOf(error) === 404 && version !== undefined) throw new VersionChanged();
      return absent(error);
    }
  }

  async put({ key }: ObjectRequest, content: Uint8Array): Promise<void> {
    await this.#bucket.file(key).save(Buffer.from(content), SMALL);
  }

  async create({ key }: ObjectRequest, content: Uint8Array, writer: string): Promise<"created" | "exists"> {
    const metadata = { metadata: { [WRITER]: writer } };
    const condition = { preconditionOpts: { ifGenerationMatch: 0 } };
    try {
      await this.#bucket.file(key).save(Buffer.from(content), { ...SMALL, metadata, ...condition });
      return "created";
    } catch (error) {
      if (statusOf(error) === 412) return "exists";
      throw error;
    }
  }

  async head({ key }: ObjectRequest): Promise<(StoredObject & { readonly writer?: string }) | undefined> {
    try {
      const [metadata] = await this.#bucket.file(key).getMetadata();
      const writer = metadata.metadata?.[WRITER];
      return { ...toObject(metadata), key, ...(typeof writer === "string" ? { writer } : {}) };
    } catch (error) {
      return absent(error);
    }
  }

  async delete({ key }: ObjectRequest): Promise<void> {
    await this.#bucket.file(key).delete({ ignoreNotFound: true });
  }

  async list({ key }: ObjectRequest, options: ListOptions): Promise<ObjectPage> {
    const query: GetFilesOptions = {
      prefix: key,
      autoPaginate: false,
      ...(options.startAfter === undefined ? {} : { startOffset: options.startAfter }),
      ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
      ...(options.next === undefined ? {} : { pageToken: options.next }),
    };
    const [files, following, answer] = await this.#bucket.getFiles(query);
    const { prefixes } = (answer ?? {}) as { readonly prefixes?: readonly string[] };
    const next = (following as { readonly pageToken?: string } | null)?.pageToken;
    const objects = files.map((file) => ({ ...toObject(file.metadata), key: file.name }));
    return { objects, prefixes: prefixes ?? [], ...(next === undefined ? {} : { next }) };
  }

  async upload(key: string, { path, sizeBytes }: LocalFile, send: Send): Promise<void> {
    if (sizeBytes > WHOLE_BYTES) {
      await send(sizeBytes, () => this.#bucket.upload(path, { destination: key, resumable: true }));
      return;
    }
    const content = await readFile(path);
    await send(content.length, (signal) => this.put({ key, signal }, content));
  }

  explain(error: unknown): RequestFailure {
    const reason = reasonOf(error);
    const message = error instanceof Error ? error.message : "";
    if (/default credentials|Could not refresh|invalid_grant|ENOENT.*credential/i.test(message)) {
      return { kind: "NoCredentials", reason };
    }
    const status = statusOf(error);
    if (status === 404) return { kind: "NoBucket", reason };
    return { kind: networkFailure(error, status) ?? "Other", reason };
  }
}

const SMALL = { resumable: false, validation: false } as const;

async function readWhole(file: File): Promise<ObjectContent> {
  const [content] = await file.download({ validation: false, decompress: false });
  return { content, sizeBytes: content.length, version: String(file.metadata.generation ?? "") };
}

/** The answer to a range does not say how large the object is: that is asked first, together with its generation. */
async function readRange(file: File, { start, length }: ByteRange): Promise<ObjectContent> {
  const [metadata] = await file.getMetadata();
  const sizeBytes = Number(metadata.size ?? 0);
  const version = String(metadata.generation ?? "");
  if (start >= sizeBytes) return { content: new Uint8Array(), sizeBytes, version };
  const pinned = file.bucket.file(file.name, { generation: version });
  const end = Math.min(start + length, sizeBytes) - 1;
  const [content] = await pinned.download({ start, end, validation: false, decompress: false });
  return { content, sizeBytes, version };
}

function toObject(metadata: FileMetadata): Omit<StoredObject, "key"> {
  return { sizeBytes: Number(metadata.size ?? 0), modifiedAt: Date.parse(metadata.updated ?? "") || 0 };
}

function absent(error: unknown): undefined {
  const isBucket = error instanceof Error && /bucket/i.test(error.message);
  if (statusOf(error) === 404 && !isBucket) return undefined;
  throw error;
}

function statusOf(error: unknown): number | undefined {
  const code = error instanceof Error && "code" in error ? Number(error.code) : Number.NaN;
  return Number.isInteger(code) ? code : undefined;
}
