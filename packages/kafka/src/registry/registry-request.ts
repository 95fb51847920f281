import { REGISTRY_ADDRESS, type RegistryOptions } from "@sluice/pipelines";

/** A request to a registry, as `fetch` takes it. */
export interface RegistryRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const PREFIX = "confluent.schema.registry.";

/** The request for a path of the registry that options describe, with their login. @throws Error for options that cannot be */
export function registryRequest(options: RegistryOptions, path: string, body?: unknown): RegistryRequest {
  const address = options[REGISTRY_ADDRESS] ?? "";
  const login = userInfo(options, address);
  const headers = {
    accept: "application/vnd.schemaregistry.v1+json",
    ...(body === undefined ? {} : { "content-type": "application/vnd.schemaregistry.v1+json" }),
    ...(login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
  };
  const url = `${address.replace(/^(https?:\/\/)[^/@]*@/, "$1").replace(/\/+$/, "")}${path}`;
  return body === undefined
    ? { url, method: "GET", headers }
    : { url, method: "POST", headers, body: JSON.stringify(body) };
}

/** `user:password`; of the address itself when `credentials.source` is URL, which is the default. */
function userInfo(options: RegistryOptions, address: string): string | undefined {
  const source = options[`${PREFIX}basic.auth.credentials.source`]?.toUpperCase() ?? "URL";
  if (source === "USER_INFO") return options[`${PREFIX}basic.auth.user.info`];
  const inUrl = /^https?:\/\/([^/@]*)@/.exec(address)?.[1];
  return inUrl === undefined ? undefined : decodeURIComponent(inUrl);
}
