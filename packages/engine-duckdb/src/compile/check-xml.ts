import { constantOptions, holdsVariant, type TypedCall } from "@sluice/query";
import type { Found } from "./found-problem.ts";

const READING = [
  ...[
    "mode",
    "columnnameofcorruptrecord",
    "attributeprefix",
    "valuetag",
    "excludeattribute",
    "ignoresurroundingspaces",
  ],
  ...["ignorenamespace", "nullvalue", "dateformat", "timestampformat", "timestampntzformat", "timezone"],
];

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  from_xml: READING,
  schema_of_xml: [...READING, "prefersdecimal", "inferschema"],
  to_xml: [
    ...["rowtag", "attributeprefix", "valuetag", "arrayelementname", "nullvalue", "dateformat", "timestampformat"],
    "timestampntzformat",
  ],
};

/** Options that decide nothing in a text of one element. */
const IDLE = ["roottag", "declaration", "encoding", "compression", "samplingratio", "validatename"];

/** What a call of a function of XML asks for that is not here. */
export function checkXml(call: TypedCall, found: Found): void {
  const options = constantOptions(call.args[call.name === "from_xml" ? 2 : 1]);
  const known = OPTIONS[call.name] ?? [];
  const all = call.name === "to_xml" ? known : [...known, "rowtag"];
  const unknown =
    options === undefined
      ? ["that are not constant"]
      : Object.keys(options).filter((key) => !all.includes(key) && !IDLE.includes(key));
  if (unknown.length > 0) {
    const message = `The DuckDB engine does not have the options ${unknown.join(", ")} of \`${call.name}\`. It has: ${known.join(", ")}.`;
    found("UNSUPPORTED_FEATURE.XML_OPTION", message);
  }
  const type = call.name === "to_xml" ? call.args[0]?.dataType : call.dataType;
  if (type !== undefined && holdsVariant(type)) {
    found(
      "UNSUPPORTED_FEATURE.XML_TYPE",
      `\`${call.name}\` has no VARIANT; take a STRING, and parse_json or to_json of it.`,
    );
  }
}
