import { type Call, type Expression, mapCalls, QueryError, type QueryProblem, type Relation } from "@sluice/query";
import type { Connectors } from "./connector.ts";
import { withDescriptorFiles } from "./descriptor-files.ts";
import { constantText } from "./read-files.ts";
import {
  REGISTRY_ADDRESS,
  REGISTRY_SCHEMA_ID,
  REGISTRY_SUBJECT,
  type RegisteredSchema,
  type SchemaRegistry,
} from "./schema-registry.ts";

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
   * The query with the bytes of descriptor files in the place of their paths, and with `from_avro(data, subject, address, options)` and `to_avro(value, subject, address)` as calls with the schema itself, and options that say where
   * it is from. Other queries come back as they are.
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
      return id === undefined ? notRegistered(found) : { schema: given, id };
    }
    const latest = await this.#newest(registry, found);
    if (latest === undefined) return noSubject(found);
    if (latest.kind !== "AVRO") return otherKind(found, latest.kind);
    return latest;
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

type Chosen = Pick<RegisteredSchema, "schema" | "id">;

interface RegistryCall {
  readonly call: Call;
  readonly data: Expression;
  readonly subject: string;
  /** A schema in JSON that is to be written instead of the newest. */
  readonly schema?: string;
  /** With the registry's address. */
  readonly options: Readonly<Record<string, string>>;
}

const PARAMETERS = ["data", "subject", "schemaregistryaddress"];

/** A call that names a subject; undefined for others. */
function registryCall(call: Call): RegistryCall | undefined {
  if (!/^(from|to)_avro$/i.test(call.name)) return undefined;
  const [data, subject, address, ...rest] = inOrder(call);
  const [name, url] = [textOf(subject), textOf(address)];
  if (data === undefined || name === undefined || url === undefined) return undefined;
  const given = rest.map((one) => textMap(one)).find((one) => one !== undefined);
  const schema = rest.map((one) => textOf(one)).find((one) => one !== undefined);
  const options = { ...given, [REGISTRY_ADDRESS]: url };
  return { call, data, subject: name, options, ...(schema === undefined ? {} : { schema }) };
}

function textOf(expression: Expression | undefined): string | undefined {
  return expression && constantText(expression);
}

function inOrder({ args, argNames }: Call): readonly (Expression | undefined)[] {
  if (argNames === undefined) return args;
  const placed: (Expression | undefined)[] = [];
  for (const [i, arg] of args.entries()) {
    const at = PARAMETERS.indexOf(argNames[i]?.toLowerCase() ?? "");
    placed[at < 0 ? i : at] = arg;
  }
  return placed;
}

/** The entries of a call of `map` with constant texts. */
function textMap(expression: Expression | undefined): Readonly<Record<string, string>> | undefined {
  if (expression?.kind !== "Call" || expression.name.toLowerCase() !== "map") return undefined;
  const texts = expression.args.map((one) => textOf(one));
  return Object.fromEntries(texts.flatMap((text, i) => (i % 2 === 0 ? [[text ?? "", texts[i + 1] ?? ""]] : [])));
}

function rewritten({ call, data, subject, options }: RegistryCall, { schema, id }: Chosen): Call {
  const { argNames: _, ...kept } = call;
  const follows = restarts(options) ? { [REGISTRY_SUBJECT]: subject } : {};
  const entries = Object.entries({ ...options, ...follows, [REGISTRY_SCHEMA_ID]: String(id) }).flat();
  const map: Expression = { kind: "Call", name: "map", args: entries.map(textLiteral) };
  return { ...kept, args: [data, textLiteral(schema), map] };
}

function restarts(options: Readonly<Record<string, string>>): boolean {
  const [, mode] = Object.entries(options).find(([key]) => key.toLowerCase() === "avroschemaevolutionmode") ?? [];
  return mode?.toLowerCase() === "restart";
}

function textLiteral(value: string): Expression {
  return { kind: "Literal", value, dataType: { kind: "string" } };
}

function noSubject({ call, subject, options }: RegistryCall): QueryProblem {
  const message = `The schema registry at ${options[REGISTRY_ADDRESS]} has no subject \`${subject}\`. Correct its name (for the values of a topic it is usually the topic's name and -value), or register a schema under it.`;
  return problem(call, "SCHEMA_REGISTRY_SUBJECT_NOT_FOUND", message);
}

function otherKind({ call, subject }: RegistryCall, kind: string): QueryProblem {
  const instead = kind === "PROTOBUF" ? "Read it with `from_protobuf`." : "Read its text with `from_json`.";
  return problem(
    call,
    "SCHEMA_REGISTRY_OTHER_FORMAT",
    `The schema of subject \`${subject}\` is of the kind ${kind}. ${instead}`,
  );
}

function notRegistered({ call, subject }: RegistryCall): QueryProblem {
  const message = `The schema given is none of subject \`${subject}\`. Register it there first: readers find it by its id.`;
  return problem(call, "SCHEMA_REGISTRY_SCHEMA_NOT_FOUND", message);
}

function problem({ span }: Call, condition: string, message: string): QueryProblem {
  return { condition, message, parameters: {}, ...(span && { span }) };
}
