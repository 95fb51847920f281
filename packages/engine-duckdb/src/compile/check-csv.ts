import { constantOptions, type DataType, simpleString, type TypedCall } from "@sluice/query";
import type { Found } from "./found-problem.ts";

const SHARED = [
  ...["sep", "delimiter", "quote", "escape", "chartoescapequoteescaping", "comment", "nullvalue", "emptyvalue"],
  ...["ignoreleadingwhitespace", "ignoretrailingwhitespace", "dateformat", "timestampformat", "timestampntzformat"],
];

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  from_csv: [...SHARED, "mode", "columnnameofcorruptrecord", "nanvalue", "positiveinf", "negativeinf", "timezone"],
  to_csv: [...SHARED, "quoteall", "escapequotes"],
};

/** Options that decide nothing in a text of one record. */
const IDLE = ["header", "linesep", "encoding", "multiline", "inferschema", "maxcharspercolumn"];

/** What a call of `from_csv` or `to_csv` asks for that is not here. */
export function checkCsv(call: TypedCall, found: Found): void {
  const isRead = call.name === "from_csv";
  const options = constantOptions(call.args[isRead ? 2 : 1]);
  const known = OPTIONS[call.name] ?? [];
  const unknown =
    options === undefined
      ? ["that are not constant"]
      : Object.keys(options).filter((key) => !known.includes(key) && !IDLE.includes(key));
  if (unknown.length > 0) {
    const message = `The DuckDB engine does not have the options ${unknown.join(", ")} of \`${call.name}\`. It has: ${known.join(", ")}.`;
    found("UNSUPPORTED_FEATURE.CSV_OPTION", message);
  }
  const nested = isRead ? readProblem(call.dataType) : writeProblem(call.args[0]?.dataType);
  if (nested !== undefined) found("UNSUPPORTED_FEATURE.CSV_TYPE", nested);
}

function readProblem(type: DataType): string | undefined {
  const variant = type.kind === "struct" ? type.fields.find((one) => one.dataType.kind === "variant") : undefined;
  return variant && `Read \`${variant.name}\` of the CSV text as STRING, and take parse_json of it.`;
}

function writeProblem(type: DataType | undefined): string | undefined {
  const fields = type?.kind === "struct" ? type.fields : [];
  const nested = fields.find((one) => ["array", "map", "struct", "variant"].includes(one.dataType.kind));
  return (
    nested &&
    `\`to_csv\` does not write \`${nested.name}\`, a ${simpleString(nested.dataType)}. Write it with to_json before.`
  );
}
