import type { Call, Expression } from "@sluice/query";
import { constantText } from "./read-files.ts";
import { REGISTRY_ADDRESS, REGISTRY_SUBJECT } from "./schema-registry.ts";

/** A call of a payload's function that names a subject of a schema registry. */
export interface RegistryCall {
  readonly call: Call;
  readonly format: "AVRO" | "PROTOBUF";
  readonly data: Expression;
  readonly subject: string;
  /** An Avro schema in JSON that is to be written instead of the newest. */
  readonly schema?: string;
  /** The message of the schema; absent: the first. */
  readonly message?: string;
  /** With the registry's address; with the subject where the query starts again when that has a newer schema. */
  readonly options: Readonly<Record<string, string>>;
}

/** A call that names a subject; undefined for others. */
export function registryCall(call: Call): RegistryCall | undefined {
  if (/^(from|to)_avro$/i.test(call.name)) return avroCall(call);
  return /^(from|to)_protobuf$/i.test(call.name) ? protobufCall(call) : undefined;
}

function avroCall(call: Call): RegistryCall | undefined {
  const [data, named, address, ...rest] = inOrder(call, ["data", "subject", "schemaregistryaddress"]);
  const [subject, url] = [textOf(named), textOf(address)];
  if (data === undefined || subject === undefined || url === undefined) return undefined;
  const given = rest.map((one) => textMap(one)).find((one) => one !== undefined) ?? {};
  const schema = rest.map((one) => textOf(one)).find((one) => one !== undefined);
  const follows = option(given, "avroSchemaEvolutionMode")?.toLowerCase() === "restart";
  return {
    ...{ call, format: "AVRO", data, subject },
    options: { ...given, [REGISTRY_ADDRESS]: url, ...(follows ? { [REGISTRY_SUBJECT]: subject } : {}) },
    ...(schema === undefined ? {} : { schema }),
  };
}

const SUBJECT = "schema.registry.subject";
const ADDRESS = "schema.registry.address";
const MESSAGE = "schema.registry.protobuf.name";
const EVOLUTION = "schema.registry.schema.evolution.mode";
const OF_THE_CALL: readonly string[] = [SUBJECT, ADDRESS, MESSAGE, EVOLUTION];

/** The options name the registry; Databricks starts a query again for a newer schema unless told otherwise. */
function protobufCall(call: Call): RegistryCall | undefined {
  const [data, ...rest] = inOrder(call, ["data", "messagename", "descfilepath", "options"]);
  const given = rest.map((one) => textMap(one)).find((one) => one !== undefined) ?? {};
  const [subject, address] = [option(given, SUBJECT), option(given, ADDRESS)];
  if (data === undefined || subject === undefined || address === undefined) return undefined;
  const message = option(given, MESSAGE) ?? textOf(rest[0]);
  const others = Object.entries(given).filter(([key]) => !OF_THE_CALL.includes(key.toLowerCase()));
  const follows = option(given, EVOLUTION)?.toLowerCase() !== "none";
  return {
    ...{ call, format: "PROTOBUF", data, subject },
    options: {
      ...Object.fromEntries(others),
      [REGISTRY_ADDRESS]: address,
      ...(follows ? { [REGISTRY_SUBJECT]: subject } : {}),
    },
    ...(message === undefined ? {} : { message }),
  };
}

function option(options: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(options).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function textOf(expression: Expression | undefined): string | undefined {
  return expression && constantText(expression);
}

/** The arguments by position; `parameters` are the names of the first. */
function inOrder({ args, argNames }: Call, parameters: readonly string[]): readonly (Expression | undefined)[] {
  if (argNames === undefined) return args;
  const placed: (Expression | undefined)[] = [];
  for (const [i, arg] of args.entries()) {
    const at = parameters.indexOf(argNames[i]?.toLowerCase() ?? "");
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
