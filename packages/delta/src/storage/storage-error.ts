import { DeltaError } from "./delta-error.ts";
import type { RequestFailure } from "./object-client.ts";
import type { StoreUrl } from "./store-url.ts";

const CREDENTIALS: Readonly<Record<StoreUrl["kind"], string>> = {
  s3: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role gives them",
  gcs: "Set GOOGLE_APPLICATION_CREDENTIALS to a key file, or run `gcloud auth application-default login`",
  azure:
    "Set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, or run `az login` with @azure/identity installed",
};

const ENDPOINT: Readonly<Record<StoreUrl["kind"], string>> = {
  s3: "AWS_ENDPOINT_URL and AWS_REGION",
  gcs: "STORAGE_EMULATOR_HOST",
  azure: "AZURE_STORAGE_CONNECTION_STRING",
};

/** One error for a request that failed for good. `cause` is told by its words alone: the service's own error holds more than should be kept. */
export function storageError(
  { kind, base }: StoreUrl,
  url: string,
  action: string,
  failure: RequestFailure,
  cause?: unknown,
): DeltaError {
  const { reason } = failure;
  const source = cause === undefined ? undefined : new Error(reason);
  switch (failure.kind) {
    case "NoCredentials":
      return new DeltaError("STORAGE_NO_CREDENTIALS", { url: base, reason, next: CREDENTIALS[kind] }, source);
    case "Denied":
      return new DeltaError("STORAGE_ACCESS_DENIED", { url, action, reason }, source);
    case "NoBucket":
      return new DeltaError("STORAGE_BUCKET_NOT_FOUND", { url: base, reason }, source);
    case "Unreachable":
      return new DeltaError("STORAGE_UNREACHABLE", { url: base, reason, settings: ENDPOINT[kind] }, source);
    case "Busy":
    case "Other":
      return new DeltaError("STORAGE_FAILED", { url, action, reason }, source);
  }
}
