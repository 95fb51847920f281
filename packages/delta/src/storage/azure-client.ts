import { readFile } from "node:fs/promises";
import type { BlobDownloadResponseParsed, ContainerClient, StoragePipelineOptions } from "@azure/storage-blob";
import { azureCredential } from "./azure-credential.ts";
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
import type { StoreUrl } from "./store-url.ts";
import { partsOf, sendParts } from "./upload-parts.ts";

type Sdk = typeof import("@azure/storage-blob");

/** Azure Blob Storage, hierarchical accounts included. @throws DeltaError when credentials need a package that is not installed */
export async function openAzureClient(sdk: Sdk, url: StoreUrl): Promise<ObjectClient> {
  const options: StoragePipelineOptions = { retryOptions: { maxTries: 1 } };
  const credential = await azureCredential(sdk, url, process.env);
  const service =
    typeof credential === "object" && "connectionString" in credential
      ? sdk.BlobServiceClient.fromConnectionString(credential.connectionString, options)
      : new sdk.BlobServiceClient(credential.endpoint, credential.credential, options);
  return new AzureObjectClient(service.getContainerClient(url.bucket));
}

class AzureObjectClient implements ObjectClient {
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  async read({ key, signal }: ObjectRequest, range?: ByteRange, version?: string): Promise<ObjectContent | undefined> {
    const conditions = version === undefined ? {} : { conditions: { ifMatch: version } };
    const blob = this.#container.getBlobClient(key);
    try {
      return await toContent(
        await blob.download(range?.start ?? 0, range?.length, { abortSignal: signal, ...conditions }),
      );
    } catch (error) {
      if (statusOf(error) === 416) return await this.#beyond({ key, signal });
      if (statusOf(error) === 412) throw new VersionChanged();
      return absent(error);
    }
  }

  async put({ key, signal }: ObjectRequest, content: Uint8Array): Promise<void> {
    const blob = this.#container.getBlockBlobClient(key);
    await blob.upload(Buffer.from(content), content.length, { abortSignal: signal });
  }

  async create({ key, signal }: ObjectRequest, content: Uint8Array, writer: string): Promise<"created" | "exists"> {
    const facts = { abortSignal: signal, conditions: { ifNoneMatch: "*" }, metadata: { [WRITER]: writer } };
    try {
      await this.#container.getBlockBlobClient(key).upload(Buffer.from(content), content.length, facts);
      return "created";
    } catch (error) {
      if (statusOf(error) === 412 || (statusOf(error) === 409 && codeOf(error) === "BlobAlreadyExists"))
        return "exists";
      throw error;
    }
  }

  async head({ key, signal }: ObjectRequest): Promise<(StoredObject & { readonly writer?: string }) | undefined> {
    try {
      const found = await this.#container.getBlobClient(key).getProperties({ abortSignal: signal });
      const writer = found.metadata?.[WRITER];
      const facts = { key, sizeBytes: found.contentLength ?? 0, modifiedAt: found.lastModified?.getTime() ?? 0 };
      return { ...facts, ...(writer === undefined ? {} : { writer }) };
    } catch (error) {
      return absent(error);
    }
  }

  async delete({ key, signal }: ObjectRequest): Promise<void> {
    await this.#container
      .getBlobClient(key)
      .delete({ abortSignal: signal })
      .catch((error: unknown) => absent(error));
  }

  async list({ key, signal }: ObjectRequest, { next, delimiter }: ListOptions): Promise<ObjectPage> {
    const options = { prefix: key, abortSignal: signal, includeMetadata: true };
    const from = next === undefined ? {} : { continuationToken: next };
    const pages =
      delimiter === undefined
        ? this.#container.listBlobsFlat(options).byPage(from)
        : this.#container.listBlobsByHierarchy(delimiter, options).byPage(from);
    for await (const { segment, continuationToken } of pages) {
      const objects = segment.blobItems
        .filter((one) => one.metadata?.["hdi_isfolder"] !== "true")
        .map((one) => ({
          key: one.name,
          sizeBytes: one.properties.contentLength ?? 0,
          modifiedAt: one.properties.lastModified.getTime(),
        }));
      const { blobPrefixes = [] } = segment as { readonly blobPrefixes?: readonly { readonly name: string }[] };
      const prefixes = blobPrefixes.map((one) => one.name);
      return { objects, prefixes, ...(continuationToken ? { next: continuationToken } : {}) };
    }
    return { objects: [], prefixes: [] };
  }

  async upload(key: string, file: LocalFile, send: Send): Promise<void> {
    const parts = partsOf(file.sizeBytes);
    if (parts.length <= 1) {
      const content = await readFile(file.path);
      await send(content.length, (signal) => this.put({ key, signal }, content));
      return;
    }
    const blob = this.#container.getBlockBlobClient(key);
    const blocks = await sendParts(file, parts, async (content, index) => {
      const block = Buffer.from(String(index).padStart(8, "0")).toString("base64");
      await send(content.length, (abortSignal) =>
        blob.stageBlock(block, Buffer.from(content), content.length, { abortSignal }),
      );
      return block;
    });
    await send(0, (abortSignal) => blob.commitBlockList([...blocks], { abortSignal }));
  }

  explain(error: unknown): RequestFailure {
    const reason = reasonOf(error);
    const name = error instanceof Error ? error.name : "";
    const code = codeOf(error);
    if (/Credential|Authentication(Required)?Error/.test(name)) return { kind: "NoCredentials", reason };
    if (code === "ContainerNotFound" || statusOf(error) === 404) return { kind: "NoBucket", reason };
    return { kind: networkFailure(error, statusOf(error)) ?? "Other", reason };
  }

  async #beyond(request: ObjectRequest): Promise<ObjectContent | undefined> {
    const found = await this.head(request);
    return found && { content: new Uint8Array(), sizeBytes: found.sizeBytes, version: "" };
  }
}

async function toContent(found: BlobDownloadResponseParsed): Promise<ObjectContent> {
  const chunks: Buffer[] = [];
  for await (const chunk of found.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  const content = Buffer.concat(chunks);
  const total = /\/(\d+)$/.exec(found.contentRange ?? "")?.[1];
  return { content, sizeBytes: total === undefined ? content.length : Number(total), version: found.etag ?? "" };
}

function absent(error: unknown): undefined {
  const isContainer = codeOf(error) === "ContainerNotFound";
  if (statusOf(error) === 404 && !isContainer) return undefined;
  throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" ? status : undefined;
}
