import { DeltaError } from "./delta-error.ts";
import type { ObjectClient } from "./object-client.ts";
import type { StoreUrl } from "./store-url.ts";

/**
 * Loads the package that speaks to a service, and makes a client of it for the bucket of a URL.
 *
 * @throws STORAGE_CLIENT_MISSING when the package is not installed.
 */
export async function openClient(url: StoreUrl): Promise<ObjectClient> {
  switch (url.kind) {
    case "s3": {
      const { openS3Client } = await import("./s3-client.ts");
      return openS3Client(await load("@aws-sdk/client-s3", url, () => import("@aws-sdk/client-s3")), url.bucket);
    }
    case "gcs": {
      const { openGcsClient } = await import("./gcs-client.ts");
      return openGcsClient(await load("@google-cloud/storage", url, () => import("@google-cloud/storage")), url.bucket);
    }
    case "azure": {
      const { openAzureClient } = await import("./azure-client.ts");
      return openAzureClient(await load("@azure/storage-blob", url, () => import("@azure/storage-blob")), url);
    }
  }
}

async function load<Module>(name: string, { base }: StoreUrl, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new DeltaError("STORAGE_CLIENT_MISSING", { url: base, package: name }, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}
