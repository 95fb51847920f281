import type { AnonymousCredential, StorageSharedKeyCredential } from "@azure/storage-blob";
import { DeltaError } from "./delta-error.ts";
import type { StoreUrl } from "./store-url.ts";

type Sdk = typeof import("@azure/storage-blob");

/** What `@azure/identity` gives: enough of it to be passed on. */
interface TokenCredential {
  getToken(scopes: string | string[], options?: object): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

/** How to speak for somebody: a connection string as it is, or an address and a credential for it. */
export type AzureCredential =
  | { readonly connectionString: string }
  | {
      readonly endpoint: string;
      readonly credential: StorageSharedKeyCredential | AnonymousCredential | TokenCredential;
    };

/**
 * The credential that the environment has for an account, the first of: `AZURE_STORAGE_CONNECTION_STRING`, `AZURE_STORAGE_KEY`, `AZURE_STORAGE_SAS_TOKEN`, and
 * Azure's default chain (`@azure/identity`). Key and token are for the account in `AZURE_STORAGE_ACCOUNT` when that is set: for another one the chain is asked.
 */
export async function azureCredential(
  sdk: Sdk,
  url: StoreUrl,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AzureCredential> {
  const { account = "", domain = "" } = url;
  const connectionString = env["AZURE_STORAGE_CONNECTION_STRING"];
  if (connectionString !== undefined && namesAccount(connectionString, account)) return { connectionString };
  const endpoint = `https://${account}.blob.${domain}`;
  const named = env["AZURE_STORAGE_ACCOUNT"] ?? env["AZURE_STORAGE_ACCOUNT_NAME"] ?? account;
  if (named === account) {
    const key = env["AZURE_STORAGE_KEY"] ?? env["AZURE_STORAGE_ACCOUNT_KEY"] ?? env["AZURE_STORAGE_ACCESS_KEY"];
    if (key !== undefined) return { endpoint, credential: new sdk.StorageSharedKeyCredential(account, key) };
    const sas = env["AZURE_STORAGE_SAS_TOKEN"] ?? env["AZURE_STORAGE_SAS"];
    if (sas !== undefined) {
      return { endpoint: `${endpoint}?${sas.replace(/^\?/, "")}`, credential: new sdk.AnonymousCredential() };
    }
  }
  return { endpoint, credential: await defaultChain(url) };
}

function namesAccount(connectionString: string, account: string): boolean {
  const named = /(?:^|;)AccountName=([^;]+)/i.exec(connectionString)?.[1];
  return named === undefined ? connectionString.includes(`//${account}.`) : named === account;
}

/** Loaded only here: it is large, and who has a key does not need it. */
async function defaultChain(url: StoreUrl): Promise<TokenCredential> {
  const name = "@azure/identity";
  try {
    const { DefaultAzureCredential }: { DefaultAzureCredential: new () => TokenCredential } = await import(name);
    return new DefaultAzureCredential();
  } catch {
    const reason = `no AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN is set for the account "${url.account}", and the package "${name}", which finds other credentials, is not installed`;
    throw new DeltaError("STORAGE_NO_CREDENTIALS", { url: url.base, reason, next: `npm install ${name}` });
  }
}
