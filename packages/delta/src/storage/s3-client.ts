import { open } from "node:fs/promises";
import type { GetObjectCommandOutput, S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
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
import { partsOf, sendParts } from "./upload-parts.ts";

type Sdk = typeof import("@aws-sdk/client-s3");

const CONNECT_MS = 5_000;
const SILENT_MS = 20_000;

/** S3, or a server that speaks it. Credentials, region and endpoint are the SDK's: environment, profile files, roles, instance metadata. */
export async function openS3Client(sdk: Sdk, bucket: string): Promise<ObjectClient> {
  return new S3ObjectClient(sdk, await connect(sdk, bucket), bucket);
}

async function connect(sdk: Sdk, bucket: string): Promise<S3Client> {
  const { env } = process;
  // Which Node to run is for the person who installs it to decide, not for everybody who runs a pipeline.
  env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const hasEndpoint = (env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"]) !== undefined;
  const virtual = env["AWS_VIRTUAL_HOSTED_STYLE_REQUEST"]?.toLowerCase() === "true";
  const config: S3ClientConfig = {
    maxAttempts: 1,
    followRegionRedirects: true,
    forcePathStyle: (hasEndpoint && !virtual) || bucket.includes("."),
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS, httpsAgent: AGENT, httpAgent: AGENT },
    ...(env["AWS_REQUEST_CHECKSUM_CALCULATION"] === undefined ? { requestChecksumCalculation: "WHEN_REQUIRED" } : {}),
    ...(env["AWS_RESPONSE_CHECKSUM_VALIDATION"] === undefined ? { responseChecksumValidation: "WHEN_REQUIRED" } : {}),
  };
  const client = new sdk.S3Client(config);
  const region = await client.config.region().catch(() => undefined);
  return region === undefined ? new sdk.S3Client({ ...config, region: "us-east-1" }) : client;
}

const AGENT = { keepAlive: true, maxSockets: 64 };

class S3ObjectClient implements ObjectClient {
  readonly #sdk: Sdk;
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(sdk: Sdk, s3: S3Client, bucket: string) {
    this.#sdk = sdk;
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  async read({ key, signal }: ObjectRequest, range?: ByteRange, version?: string): Promise<ObjectContent | undefined> {
    const Range = range && `bytes=${range.start}-${range.start + range.length - 1}`;
    try {
      const command = new this.#sdk.GetObjectCommand({ ...this.#at(key), Range, IfMatch: version });
      return await toContent(await this.#s3.send(command, { abortSignal: signal }));
    } catch (error) {
      if (statusOf(error) === 416) return await this.#beyond({ key, signal });
      if (statusOf(error) === 412) throw new VersionChanged();
      return absent(error);
    }
  }

  async put({ key, signal }: ObjectRequest, content: Uint8Array): Promise<void> {
    const command = new this.#sdk.PutObjectCommand({ ...this.#at(key), Body: content });
    await this.#s3.send(command, { abortSignal: signal });
  }

  async create(
    { key, signal }: ObjectRequest,
    content: Uint8Array,
    writer: string,
  ): Promise<"created" | "exists" | "conflict"> {
    const facts = { ...this.#at(key), Body: content, IfNoneMatch: "*", Metadata: { [WRITER]: writer } };
    try {
      await this.#s3.send(new this.#sdk.PutObjectCommand(facts), { abortSignal: signal });
      return "created";
    } catch (error) {
      if (statusOf(error) === 412) return "exists";
      if (statusOf(error) === 409) return "conflict";
      throw error;
    }
  }

  async head({ key, signal }: ObjectRequest): Promise<(StoredObject & { readonly writer?: string }) | undefined> {
    try {
      const found = await this.#s3.send(new this.#sdk.HeadObjectCommand(this.#at(key)), { abortSignal: signal });
      const writer = found.Metadata?.[WRITER];
      const facts = { key, sizeBytes: found.ContentLength ?? 0, modifiedAt: found.LastModified?.getTime() ?? 0 };
      return { ...facts, ...(writer === undefined ? {} : { writer }) };
    } catch (error) {
      return absent(error);
    }
  }

  async delete({ key, signal }: ObjectRequest): Promise<void> {
    await this.#s3.send(new this.#sdk.DeleteObjectCommand(this.#at(key)), { abortSignal: signal });
  }

  async list({ key, signal }: ObjectRequest, options: ListOptions): Promise<ObjectPage> {
    const command = new this.#sdk.ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: key,
      StartAfter: options.startAfter,
      ContinuationToken: options.next,
      Delimiter: options.delimiter,
    });
    const page = await this.#s3.send(command, { abortSignal: signal });
    const objects = (page.Contents ?? []).map((one) => ({
      key: one.Key ?? "",
      sizeBytes: one.Size ?? 0,
      modifiedAt: one.LastModified?.getTime() ?? 0,
    }));
    const prefixes = (page.CommonPrefixes ?? []).map((one) => one.Prefix ?? "");
    return { objects, prefixes, ...(page.NextContinuationToken ? { next: page.NextContinuationToken } : {}) };
  }

  async upload(key: string, file: LocalFile, send: Send): Promise<void> {
    const parts = partsOf(file.sizeBytes);
    if (parts.length <= 1) return await this.#uploadWhole(key, file, send);
    const at = this.#at(key);
    const begun = await send(0, (abortSignal) =>
      this.#s3.send(new this.#sdk.CreateMultipartUploadCommand(at), { abortSignal }),
    );
    const upload = { ...at, UploadId: begun.UploadId };
    try {
      const tags = await sendParts(file, parts, async (Body, index) => {
        const command = new this.#sdk.UploadPartCommand({ ...upload, PartNumber: index + 1, Body });
        const { ETag } = await send(Body.length, (abortSignal) => this.#s3.send(command, { abortSignal }));
        return { PartNumber: index + 1, ETag };
      });
      const command = new this.#sdk.CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: [...tags] },
      });
      await send(0, (abortSignal) => this.#s3.send(command, { abortSignal }));
    } catch (error) {
      await this.#s3.send(new this.#sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    }
  }

  explain(error: unknown): RequestFailure {
    const reason = reasonOf(error);
    const name = error instanceof Error ? error.name : "";
    if (CREDENTIALS.test(name)) return { kind: "NoCredentials", reason };
    if (name === "NoSuchBucket" || name === "InvalidBucketName") return { kind: "NoBucket", reason };
    if (BUSY.test(name)) return { kind: "Busy", reason };
    if (statusOf(error) === 404) return { kind: "NoBucket", reason };
    return { kind: networkFailure(error, statusOf(error)) ?? "Other", reason };
  }

  #at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: key };
  }

  /** A range that begins at the end of the object or later holds nothing. */
  async #beyond(request: ObjectRequest): Promise<ObjectContent | undefined> {
    const found = await this.head(request);
    return found && { content: new Uint8Array(), sizeBytes: found.sizeBytes, version: "" };
  }

  async #uploadWhole(key: string, { path }: LocalFile, send: Send): Promise<void> {
    const file = await open(path);
    try {
      const content = await file.readFile();
      await send(content.length, (signal) => this.put({ key, signal }, content));
    } finally {
      await file.close();
    }
  }
}

const CREDENTIALS = /^(CredentialsProviderError|TokenProviderError|CredentialsError)$/;
const BUSY =
  /^(SlowDown|Throttling|ThrottlingException|RequestLimitExceeded|RequestTimeout|RequestTimeTooSkewed|OperationAborted)$/;

async function toContent(found: GetObjectCommandOutput): Promise<ObjectContent> {
  const content = (await found.Body?.transformToByteArray()) ?? new Uint8Array();
  const total = /\/(\d+)$/.exec(found.ContentRange ?? "")?.[1];
  return { content, sizeBytes: total === undefined ? content.length : Number(total), version: found.ETag ?? "" };
}

function absent(error: unknown): undefined {
  const isBucket = error instanceof Error && error.name === "NoSuchBucket";
  if (statusOf(error) === 404 && !isBucket) return undefined;
  throw error;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  return (error.$metadata as { readonly httpStatusCode?: number }).httpStatusCode;
}
