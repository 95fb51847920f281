import {
  EngineError,
  NEWER_SCHEMA,
  REGISTRY_ADDRESS,
  REGISTRY_SCHEMA_ID,
  REGISTRY_SUBJECT,
  type RegisteredSchema,
  type RegistryOptions,
  type SchemaRegistry,
  type WriterSchema,
} from "@sluice/pipelines";
import { fetchNow } from "./fetch-now.ts";
import type { ProtobufFile } from "./protobuf-files.ts";
import { bodyOf, type RegistryAnswer, RegistryFailure, schemaOf } from "./registry-answer.ts";
import { type RegistryRequest, registryRequest } from "./registry-request.ts";

type ProtobufFiles = typeof import("./protobuf-files.ts");

const PATIENCE = 20_000;
const OWN_FILE = "schema.proto";

/** Registries with Confluent's REST interface. Schemas of ids are kept for as long as it lives: an id never means another. */
export class ConfluentRegistry implements SchemaRegistry {
  readonly #byId = new Map<string, WriterSchema>();
  #protobuf: ProtobufFiles | undefined;

  async latest(subject: string, options: RegistryOptions): Promise<RegisteredSchema | undefined> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions/latest`;
    return await asking(options, async (address) => {
      const body = bodyOf(await send(registryRequest(options, path)), address);
      if (body === undefined) return undefined;
      const found = schemaOf(body, address, 0);
      if (found.kind === "PROTOBUF") this.#protobuf ??= await import("./protobuf-files.ts");
      const written = this.#written(found);
      if (written !== undefined) this.#byId.set(keyOf(options, found.id), written);
      return found;
    });
  }

  async descriptors(schema: RegisteredSchema, options: RegistryOptions): Promise<Uint8Array> {
    const { descriptorSet } = await import("./protobuf-files.ts");
    return await asking(options, async (address) => {
      const files = await importedFiles(schema, options, address, []);
      try {
        return descriptorSet([...files, { name: OWN_FILE, text: schema.schema }]);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RegistryFailure(address, `the Protobuf schema ${schema.id} cannot be read: ${reason}`, false);
      }
    });
  }

  async find(subject: string, schema: string, options: RegistryOptions): Promise<number | undefined> {
    const request = registryRequest(options, `/subjects/${encodeURIComponent(subject)}`, { schema });
    return await asking(options, async (address) => bodyOf(await send(request), address)?.id);
  }

  writerSchema(options: RegistryOptions, id: number): WriterSchema | undefined {
    if (String(id) !== options[REGISTRY_SCHEMA_ID]) refuseNewer(options);
    const key = keyOf(options, id);
    const known = this.#byId.get(key);
    if (known !== undefined) return known;
    const address = addressOf(options);
    const body = bodyOf(fetchNow(registryRequest(options, `/schemas/ids/${id}`), PATIENCE), address);
    const found = body && schemaOf(body, address, id);
    const written = found && this.#written(found);
    if (written !== undefined) this.#byId.set(key, written);
    return written;
  }

  #written({ kind, schema }: RegisteredSchema): WriterSchema | undefined {
    if (kind === "AVRO") return { kind, schema };
    if (kind !== "PROTOBUF" || this.#protobuf === undefined) return undefined;
    return { kind, messages: this.#protobuf.messageNames(schema) };
  }
}

/** The files that a schema imports, each after those that it imports itself, once each. */
async function importedFiles(
  { references }: RegisteredSchema,
  options: RegistryOptions,
  address: string,
  known: readonly ProtobufFile[],
): Promise<readonly ProtobufFile[]> {
  const files = [...known];
  for (const { name, subject, version } of references) {
    if (files.some((one) => one.name === name)) continue;
    const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
    const body = bodyOf(await send(registryRequest(options, path)), address);
    if (body === undefined) throw new RegistryFailure(address, `it has no version ${version} of ${subject}`, false);
    const schema = schemaOf(body, address, 0);
    files.push(...(await importedFiles(schema, options, address, files)).slice(files.length));
    files.push({ name, text: schema.schema });
  }
  return files;
}

/** @throws Error when the subject that the options name has got another newest schema since they were made */
function refuseNewer(options: RegistryOptions): void {
  const subject = options[REGISTRY_SUBJECT];
  if (subject === undefined) return;
  const address = addressOf(options);
  const path = `/subjects/${encodeURIComponent(subject)}/versions/latest`;
  const latest = bodyOf(fetchNow(registryRequest(options, path), PATIENCE), address)?.id;
  if (latest === undefined || String(latest) === options[REGISTRY_SCHEMA_ID]) return;
  throw new Error(
    `[${NEWER_SCHEMA}] Subject ${subject} has a newer schema (id ${latest}) than the one that messages are read as (id ${options[REGISTRY_SCHEMA_ID]}): start again, and its columns are there.`,
  );
}

/** The address without a login. */
function addressOf(options: RegistryOptions): string {
  return (options[REGISTRY_ADDRESS] ?? "").replace(/^(https?:\/\/)[^/@]*@/, "$1");
}

function keyOf(options: RegistryOptions, id: number): string {
  return `${addressOf(options)} ${id}`;
}

async function send({ url, ...init }: RegistryRequest): Promise<RegistryAnswer> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) });
  return { status: answer.status, text: await answer.text() };
}

/** Says what went wrong of whom. @throws EngineError */
async function asking<Result>(options: RegistryOptions, work: (address: string) => Promise<Result>): Promise<Result> {
  const address = addressOf(options);
  try {
    return await work(address);
  } catch (error) {
    if (error instanceof RegistryFailure) throw failed(error.message, error.transient, error);
    const reason =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : error;
    const next = "Check the address, and that this machine reaches it.";
    throw failed(`The schema registry at ${address} did not answer: ${reason}. ${next}`, true, error);
  }
}

function failed(message: string, transient: boolean, cause: unknown): EngineError {
  const condition = transient ? "SCHEMA_REGISTRY_NOT_REACHED" : "SCHEMA_REGISTRY_REFUSED";
  return new EngineError(
    message,
    { condition, domain: transient ? "external" : "user", retry: transient ? "backoff" : "never" },
    cause,
  );
}
