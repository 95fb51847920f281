import { type DataType, STRING } from "../data-type/data-type.ts";
import { simpleString, sqlType } from "../data-type/simple-string.ts";
import { CSV_SCHEMA_OPTIONS, schemaOfCsv } from "../function/csv-schema.ts";
import { type ArgumentFault, mismatch } from "../function/function-entry.ts";
import { schemaOfJson } from "../function/json-schema.ts";
import { avroSchema } from "../function/payload-schema.ts";
import { constantOf } from "./cast.ts";
import type { Typed, TypedLiteral } from "./plan.ts";

type Folding = (args: readonly Typed[]) => string | ArgumentFault;

/** The options of a constant map, keys in lower case; undefined when they are not constant. No argument is no options. */
export function constantOptions(argument: Typed | undefined): Readonly<Record<string, string>> | undefined {
  if (argument === undefined) return {};
  if (argument.kind !== "Call" || argument.name !== "map") return undefined;
  const texts = argument.args.map((arg) =>
    arg.kind === "Literal" && arg.value !== null ? String(arg.value) : undefined,
  );
  if (texts.includes(undefined)) return undefined;
  return Object.fromEntries(
    texts.flatMap((key, i) => (i % 2 === 0 && key !== undefined ? [[key.toLowerCase(), texts[i + 1] ?? ""]] : [])),
  );
}

const JSON_SCHEMA_OPTIONS = [
  "allownumericleadingzeros",
  "allowunquotedfieldnames",
  "allowsinglequotes",
  "prefersdecimal",
  "primitivesasstring",
];

/** A format whose texts show their type. */
interface Shown {
  readonly format: "JSON" | "CSV";
  readonly known: readonly string[];
  readonly schemaOf: (text: string, options: Readonly<Record<string, string>>) => DataType;
}

/** The type that a constant text shows. */
function schemaText({ format, known, schemaOf }: Shown): Folding {
  return ([text, given]) => {
    const constant = text && constantOf(text);
    const options = constantOptions(given);
    if (typeof constant !== "string")
      return mismatch(
        "NON_FOLDABLE_INPUT",
        `the ${format} text must be a constant: the type is needed before rows are read`,
        0,
      );
    if (options === undefined) return mismatch("NON_FOLDABLE_INPUT", "the options must be a map of constant texts", 1);
    const unknown = Object.keys(options).filter((key) => !known.includes(key));
    if (unknown.length > 0) {
      const message = `there is no support for the options ${unknown.join(", ")}, only for ${known.join(", ")}`;
      return { kind: "Fault", condition: `UNSUPPORTED_FEATURE.${format}_OPTION`, message, argument: 1 };
    }
    try {
      return sqlType(schemaOf(constant, options));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: "Fault", condition: "MALFORMED_RECORD_IN_PARSING", message, argument: 0 };
    }
  };
}

const avroText: Folding = ([schema]) => {
  const read = avroSchema(schema && constantOf(schema), 0);
  return "condition" in read ? read : sqlType(read.dataType);
};

const FOLDINGS: ReadonlyMap<string, Folding> = new Map<string, Folding>([
  ["typeof", ([value]) => simpleString(value?.dataType ?? ({ kind: "void" } satisfies DataType))],
  ["schema_of_json", schemaText({ format: "JSON", known: JSON_SCHEMA_OPTIONS, schemaOf: schemaOfJson })],
  ["schema_of_csv", schemaText({ format: "CSV", known: CSV_SCHEMA_OPTIONS, schemaOf: schemaOfCsv })],
  ["schema_of_avro", avroText],
]);

/** The value of a call that is known before rows are read, as a constant; undefined for calls that rows decide. */
export function constantCall(name: string, args: readonly Typed[]): TypedLiteral | ArgumentFault | undefined {
  const answer = FOLDINGS.get(name)?.(args);
  return typeof answer === "string" ? { kind: "Literal", value: answer, dataType: STRING, nullable: false } : answer;
}
