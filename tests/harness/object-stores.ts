import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { BlobServiceClient } from "@azure/storage-blob";
import { hasServer, type ServerName, startServer } from "../../rigs/object-stores.mjs";

const BUCKET = "lake";

/** Why tests on a server are left out; undefined when they run. On CI they must run. */
export function serverLeftOut(name: ServerName): string | undefined {
  if (hasServer(name) || process.env["CI"] === "true") return undefined;
  return "no object-store servers here; `npm run rigs` installs them, which needs go and npm";
}

/** A running server with one empty bucket. */
export interface ObjectStoreServer {
  /** URL of the bucket. */
  readonly url: string;
  readonly port: number;
  /** What a program's environment needs to reach it. This process's own has it already. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts a server and makes a bucket in it. */
export async function startBucket(name: ServerName): Promise<ObjectStoreServer> {
  const { env, port, stop } = await startServer(name);
  Object.assign(process.env, env, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" });
  return { url: await BUCKETS[name](env), port, env, stop };
}

const BUCKETS: Readonly<Record<ServerName, (env: Readonly<Record<string, string>>) => Promise<string>>> = {
  s3: async () => {
    await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
    return `s3://${BUCKET}`;
  },
  gcs: async (env) => {
    const url = `${env["STORAGE_EMULATOR_HOST"]}/storage/v1/b?project=test`;
    await fetch(url, { method: "POST", body: JSON.stringify({ name: BUCKET }) });
    return `gs://${BUCKET}`;
  },
  azure: async (env) => {
    const service = BlobServiceClient.fromConnectionString(env["AZURE_STORAGE_CONNECTION_STRING"] ?? "");
    await service.createContainer(BUCKET);
    return `abfss://${BUCKET}@devstoreaccount1.dfs.core.windows.net`;
  },
};
