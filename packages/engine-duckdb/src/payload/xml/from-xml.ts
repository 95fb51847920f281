import { field, STRING, type StructType, sqlType, struct } from "@sluice/query";
import { declareFunction } from "../../connection/declared-function.ts";
import { ofTexts } from "../../connection/prelude-definition.ts";
import { scalarFunction } from "../../connection/prelude-install.ts";
import { xmlFormat } from "./xml-format.ts";

/** Options of a call, keys in lower case. */
type Options = Readonly<Record<string, string>>;

function formatOf(options: Options) {
  return xmlFormat((name) => options[name.toLowerCase()], true);
}

/** The name of the SQL function from XML text to JSON text of the shape of a type, leaves as texts; NULL for what is not well-formed. */
export function declareFromXml(type: StructType, options: Options): string {
  return declareFunction("from_xml", { type, options }, async (name, duck) => {
    const [{ parseElement }, { elementJson }] = await Promise.all([import("./xml-node.ts"), import("./xml-json.ts")]);
    const format = formatOf(options);
    const definition = ofTexts(1, (text = "") => {
      const node = parseElement(text, format);
      return node === undefined ? null : JSON.stringify(elementJson(node, type, format) ?? {});
    });
    return scalarFunction(name, definition, duck);
  });
}

/** The name of the SQL function from XML text to the type that it shows, as DDL. */
export function declareSchemaOfXml(options: Options): string {
  return declareFunction("schema_of_xml", { options }, async (name, duck) => {
    const [{ parseElement }, shapes] = await Promise.all([import("./xml-node.ts"), import("./xml-shape.ts")]);
    const context = {
      options: formatOf(options),
      inferTypes: options["inferschema"]?.toLowerCase() !== "false",
      prefersDecimal: options["prefersdecimal"]?.toLowerCase() === "true",
      date: options["dateformat"],
      timestamp: options["timestampformat"],
    };
    const definition = ofTexts(1, (text = "") => {
      const node = parseElement(text, context.options);
      return sqlType(node === undefined ? CORRUPT : shapes.recordType(node, context));
    });
    return scalarFunction(name, definition, duck);
  });
}

const CORRUPT = struct([field("_corrupt_record", STRING)]);
