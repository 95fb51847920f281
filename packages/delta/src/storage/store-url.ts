/** An address in an object store. */
export interface StoreUrl {
  readonly kind: "s3" | "gcs" | "azure";
  /** Bucket, or container. */
  readonly bucket: string;
  /** Azure's storage account. */
  readonly account?: string;
  /** Azure: the host's suffix after the account, as `core.windows.net`. */
  readonly domain?: string;
  /** Names of objects are literal: nothing in a URL is decoded. Without slashes at either end. */
  readonly key: string;
  /** The bucket's URL in one spelling, whatever scheme was used: `s3://bucket`, `gs://bucket`, `abfss://container@account.dfs.core.windows.net`. */
  readonly base: string;
}

const KINDS: Readonly<Record<string, StoreUrl["kind"]>> = {
  s3: "s3",
  s3a: "s3",
  s3n: "s3",
  gs: "gcs",
  abfss: "azure",
  abfs: "azure",
  wasbs: "azure",
  wasb: "azure",
};

/**
 * Takes apart `s3://bucket/key` (also `s3a:`, `s3n:`), `gs://bucket/key` and `abfss://container@account.dfs.core.windows.net/key` (also `abfs:`, `wasbs:`,
 * `wasb:` with `.blob.`); undefined for anything else.
 */
export function parseStoreUrl(url: string): StoreUrl | undefined {
  const match = /^([a-z0-9]+):\/\/([^/]+)(?:\/(.*))?$/is.exec(url);
  const kind = KINDS[match?.[1]?.toLowerCase() ?? ""];
  const [, , authority = "", path = ""] = match ?? [];
  if (kind === undefined) return undefined;
  const key = path.replace(/^\/+|\/+$/g, "");
  if (kind !== "azure") {
    if (authority.includes("@")) return undefined;
    return { kind, bucket: authority, key, base: `${kind === "s3" ? "s3" : "gs"}://${authority}` };
  }
  const azure = /^([^@]+)@([^.@]+)\.(?:dfs|blob)\.(.+)$/i.exec(authority);
  if (azure === null) return undefined;
  const [, bucket = "", account = "", domain = ""] = azure;
  return { kind, bucket, account, domain, key, base: `abfss://${bucket}@${account}.dfs.${domain}` };
}

/** Whether a path is the URL of an object store. */
export function isStoreUrl(path: string): boolean {
  return !path.startsWith("/") && parseStoreUrl(path) !== undefined;
}
