import {
  type Call,
  type Expression,
  type MessagePlace,
  mapCalls,
  messagePlaces,
  QueryError,
  type QueryProblem,
  type Relation,
} from "@sluice/query";
import type { Connectors } from "./connector.ts";
import { withDescriptorFiles } from "./descriptor-files.ts";
import { type RegistryCall, registryCall } from "./registry-call.ts";
import { REGISTRY_ADDRESS, REGISTRY_SCHEMA_ID, type RegisteredSchema, type SchemaRegistry } from "./schema-registry.ts";

/** Puts the schemas of registries and of descriptor files into queries. Each subject is asked for once. */
export class RegisteredSchemas {
  readonly #connectors: Connectors | undefined;
  readonly #projectDir: string;
  readonly #latest = new Map<string, Promise<RegisteredSchema | undefined>>();

  /**
   * The registry is the one that the connector of Kafka knows to speak to; it is loaded when a query names a subject.
   *
   * @param projectDir - What relative paths of descriptor files are counted from.
   */
  constructor(connectors: Connectors | undefined, projectDir: string) {
    this.#connectors = connectors;
    this.#projectDir = projectDir;
  }

  /**
   * The query with the bytes of descriptor files in the place of their paths, and with calls of `from_avro`, `to_avro`, `from_protobuf` and `to_protobuf` that name a subject
   * as calls with the schema itself, and options that say where it is from. Other queries come back as they are.
   *
   * @throws QueryError with all that is wrong; EngineError when a registry does not answer
   */
  async complete(query: Relation): Promise<Relation> {
    const relation = withDescriptorFiles(query, this.#projectDir);
    const calls: RegistryCall[] = [];
    mapCalls(relation, (call) => {
      const found = registryCall(call);
      if (found !== undefined) calls.push(found);
      return call;
    });
    if (calls.length === 0) return relation;
    const completed = await Promise.all(calls.map((one) => this.#complete(one)));
    const problems = completed.flatMap((one) => ("condition" in one ? [one] : []));
    if (problems.length > 0) throw new QueryError(problems);
    const changed = [...completed];
    return mapCalls(relation, (call) => {
      const found = registryCall(call);
      const next = found === undefined ? undefined : changed.shift();
      return found === undefined || next === undefined || "condition" in next ? call : rewritten(found, next);
    });
  }

  async #complete(found: RegistryCall): Promise<Chosen | QueryProblem> {
    const { call, subject, options } = found;
    const registry = await this.#registry();
    if (registry === undefined)
      return problem(call, "SCHEMA_REGISTRY_MISSING", "There is no connector to schema registries here.");
    const given = call.name.toLowerCase() === "to_avro" ? found.schema : undefined;
    if (given !== undefined) {
      const id = await registry.find(subject, given, options);
      return id === undefined ? notRegistered(found) : { id, what: [textLiteral(given)] };
    }
    const latest = await this.#newest(registry, found);
    if (latest === undefined) return noSubject(found);
    if (latest.kind !== found.format) return otherKind(found, latest.kind);
    if (latest.kind !== "PROTOBUF") return { id: latest.id, what: [textLiteral(latest.schema)] };
    return await this.#message(registry, found, latest);
  }

  async #message(
    registry: SchemaRegistry,
    found: RegistryCall,
    latest: RegisteredSchema,
  ): Promise<Chosen | QueryProblem> {
    const descriptors = await registry.descriptors(latest, found.options);
    const messages = messagePlaces(descriptors);
    const wanted = messages.find(({ name }) => found.message === undefined || isCalled(name, found.message));
    if (wanted === undefined) return noMessage(found, messages);
    const set: Expression = { kind: "Literal", value: descriptors, dataType: { kind: "binary" } };
    return { id: latest.id, what: [textLiteral(wanted.name), set] };
  }

  #newest(registry: SchemaRegistry, { subject, options }: RegistryCall): Promise<RegisteredSchema | undefined> {
    const key = JSON.stringify([subject, options]);
    const asked = this.#latest.get(key) ?? registry.latest(subject, options);
    this.#latest.set(key, asked);
    return asked;
  }

  async #registry(): Promise<SchemaRegistry | undefined> {
    return (await this.#connectors?.get("kafka")?.())?.schemas;
  }
}

/** What a call is about: an Avro schema, or a message and the descriptors of its file. */
interface Chosen {
  readonly id: number;
  readonly what: readonly Expression[];
}

/** Whether a full name is that of a message, or ends with it. */
function isCalled(name: string, message: string): boolean {
  return name === message || name.endsWith(`.${message}`);
}

function rewritten({ call, data, options }: RegistryCall, { id, what }: Chosen): Call {
  const { argNames: _, ...kept } = call;
  const entries = Object.entries({ ...options, [REGISTRY_SCHEMA_ID]: String(id) }).flat();
  const map: Expression = { kind: "Call", name: "map", args: entries.map(textLiteral) };
  return { ...kept, args: [data, ...what, map] };
}

function textLiteral(value: string): Expression {
  return { kind: "Literal", value, dataType: { kind: "string" } };
}

function noSubject({ call, subject, options }: RegistryCall): QueryProblem {
  const message = `The schema registry at ${options[REGISTRY_ADDRESS]} has no subject \`${subject}\`. Correct its name (for the values of a topic it is usually the topic's name and -value), or register a schema under it.`;
  return problem(call, "SCHEMA_REGISTRY_SUBJECT_NOT_FOUND", message);
}

function otherKind({ call, subject }: RegistryCall, kind: RegisteredSchema["kind"]): QueryProblem {
  const functions = { AVRO: "Use `from_avro` and `to_avro`.", PROTOBUF: "Use `from_protobuf` and `to_protobuf`." };
  const instead = kind === "JSON" ? "Read its text with `from_json`." : functions[kind];
  return problem(
    call,
    "SCHEMA_REGISTRY_OTHER_FORMAT",
    `The schema of subject \`${subject}\` is of the kind ${kind}. ${instead}`,
  );
}

function noMessage({ call, subject, message = "" }: RegistryCall, messages: readonly MessagePlace[]): QueryProblem {
  const known = messages.map(({ name }) => name).join(", ");
  const said = `The schema of subject \`${subject}\` has no message ${message}, but ${known || "none at all"}.`;
  return problem(call, "PROTOBUF_MESSAGE_NOT_FOUND", said);
}

function notRegistered({ call, subject }: RegistryCall): QueryProblem {
  const message = `The schema given is none of subject \`${subject}\`. Register it there first: readers find it by its id.`;
  return problem(call, "SCHEMA_REGISTRY_SCHEMA_NOT_FOUND", message);
}

function problem({ span }: Call, condition: string, message: string): QueryProblem {
  return { condition, message, parameters: {}, ...(span && { span }) };
}
