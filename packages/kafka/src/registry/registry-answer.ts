import type { RegisteredSchema, SchemaReference } from "@sluice/pipelines";

/** An answer of a registry: the status of HTTP and the body. Status 0: there was none, and the text says why. */
export interface RegistryAnswer {
  readonly status: number;
  readonly text: string;
}

interface Body {
  readonly id?: number;
  readonly schema?: string;
  readonly schemaType?: string;
  readonly references?: readonly SchemaReference[];
  readonly error_code?: number;
  readonly message?: string;
}

/** What is wrong with an answer. `transient`: trying again may help. */
export class RegistryFailure extends Error {
  readonly transient: boolean;

  constructor(address: string, said: string, transient: boolean) {
    super(`The schema registry at ${address} did not answer as it should: ${said}.`);
    this.transient = transient;
  }
}

/** The body of an answer; undefined when the registry does not have what was asked for. @throws RegistryFailure */
export function bodyOf({ status, text }: RegistryAnswer, address: string): Body | undefined {
  if (status === 0) throw new RegistryFailure(address, text, true);
  const body = parse(text);
  if (status === 200 && body !== undefined) return body;
  if (status === 404 && body?.error_code !== undefined) return undefined;
  if (status === 401 || status === 403) throw new RegistryFailure(address, "the login was refused", false);
  throw new RegistryFailure(address, body?.message ?? `status ${status}`, status >= 500 || status === 429);
}

/** A schema of an answer; `id` when the answer lacks it. @throws RegistryFailure for schemas of other kinds than Protobuf that refer to others */
export function schemaOf(body: Body, address: string, id: number): RegisteredSchema {
  const { schema, schemaType = "AVRO", references = [] } = body;
  if (schema === undefined) throw new RegistryFailure(address, "it gave no schema", false);
  if (references.length > 0 && schemaType !== "PROTOBUF") {
    const names = references.map(({ name }) => name).join(", ");
    throw new RegistryFailure(address, `schema ${id} refers to others (${names}), which is not followed here`, false);
  }
  return { id: body.id ?? id, kind: schemaType as RegisteredSchema["kind"], schema, references };
}

function parse(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}
