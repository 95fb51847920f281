import { constantOptions, type DataType, type StructField, type StructType, type TypedCall } from "@sluice/query";
import { declareFromXml, declareSchemaOfXml } from "../payload/xml/from-xml.ts";
import { declareXPath, XPATH_FUNCTIONS } from "../payload/xml/xpath.ts";
import { sqlOf, textOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { fitText } from "./csv-fit.ts";
import { quoteName, quoteText } from "./identifier.ts";
import { fitJson, type JsonFit, pointer } from "./json-fit.ts";
import { parsedRecord } from "./parsed-record.ts";
import { timeFormats } from "./time-formats.ts";
import { type Printing, valueText } from "./value-text.ts";

type Options = Readonly<Record<string, string>>;

/** Elements become JSON in JavaScript, as those of files do, and their texts are cast as those of files. */
function fromXml(call: TypedCall, scope: Scope): string {
  const type = call.dataType;
  if (type.kind !== "struct") throw new Error("from_xml makes structs");
  const options = constantOptions(call.args[2]) ?? {};
  const text = '"_xml"';
  const corrupt = options["columnnameofcorruptrecord"] ?? "_corrupt_record";
  const wanted = { ...type, fields: type.fields.filter((one) => one.name !== corrupt) };
  const element = `CAST(${declareFromXml(wanted, options)}(${text}) AS JSON)`;
  const made = `list_transform([${element}], lambda "_j": ${recordSql(text, type.fields, { wanted, options })})[1]`;
  return `list_transform([${sqlOf(call, 0, scope)}], lambda ${text}: CASE WHEN ${text} IS NOT NULL THEN ${made} END)[1]`;
}

interface Wanted {
  /** The fields but for the one that takes corrupt records. */
  readonly wanted: StructType;
  readonly options: Options;
}

function recordSql(text: string, fields: readonly StructField[], { wanted, options }: Wanted): string {
  const fits = wanted.fields.map((one) =>
    fitElement(`json_extract("_j", ${quoteText(pointer(one.name))})`, one.dataType, options),
  );
  const misfits = fits.map(({ misfit }) => `(${misfit}) IS NOT NULL`);
  const bad = ['"_j" IS NULL', ...misfits].join(" OR ");
  return parsedRecord(text, fields, {
    readOf: (one) => fits[wanted.fields.indexOf(one)]?.value,
    bad,
    mode: options["mode"],
  });
}

/** How the JSON of an element becomes a value of a type: its leaves are texts. */
function fitElement(json: string, type: DataType, options: Options): JsonFit {
  const formats = timeFormats({ options });
  const context = { formats, read: { options: { nullValue: "\ue000\ue001" } } };
  return fitJson(json, type, {
    ...formats,
    scalar: (value, scalar) => {
      const fit = fitText(`json_extract_string(${value}, '$')`, scalar, context);
      return { value: fit.value, misfit: fit.misfit ?? "NULL::VARCHAR" };
    },
  });
}

function schemaOfXml(call: TypedCall, scope: Scope): string {
  return `${declareSchemaOfXml(constantOptions(call.args[1]) ?? {})}(${sqlOf(call, 0, scope)})`;
}

function toXml(call: TypedCall, scope: Scope): string {
  const options = constantOptions(call.args[1]) ?? {};
  const texts = textsOf('"_row"', typeOf(call, 0), { options, scope }, 0);
  const printed = `js_xml_text(CAST(to_json(${texts}) AS VARCHAR), ${quoteText(JSON.stringify(options))})`;
  return `list_transform([${sqlOf(call, 0, scope)}], lambda "_row": CASE WHEN "_row" IS NOT NULL THEN ${printed} END)[1]`;
}

/** SQL of a value of the same shape, all leaves as texts. */
function textsOf(sql: string, type: DataType, printing: Printing, depth: number): string {
  const item = `"_e${depth}"`;
  switch (type.kind) {
    case "struct": {
      const fields = type.fields.map(
        (one) =>
          `${quoteName(one.name)} := ${textsOf(`struct_extract(${sql}, ${quoteText(one.name)})`, one.dataType, printing, depth)}`,
      );
      return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
    }
    case "array":
      return `list_transform(${sql}, lambda ${item}: ${textsOf(item, type.element, printing, depth + 1)})`;
    case "map": {
      const value = textsOf(`struct_extract(${item}, 'value')`, type.value, printing, depth + 1);
      const key = valueText(`struct_extract(${item}, 'key')`, type.key, printing);
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${item}: struct_pack(key := ${key}, value := ${value})))`;
    }
    default:
      return valueText(sql, type, printing);
  }
}

function xpath(name: string): Emitter {
  return (call, scope) => {
    const path = textOf(call, 1);
    if (path === undefined) return "NULL";
    const found = `${declareXPath(name, path)}(${sqlOf(call, 0, scope)})`;
    return name === "xpath_short" ? `CAST(${found} AS SMALLINT)` : found;
  };
}

/** Texts of XML. */
export const XML_FUNCTIONS: EmitterTable = {
  from_xml: fromXml,
  to_xml: toXml,
  schema_of_xml: schemaOfXml,
  ...Object.fromEntries(XPATH_FUNCTIONS.map((name) => [name, xpath(name)])),
};
