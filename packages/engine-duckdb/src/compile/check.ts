import type { DataType, Plan, QueryProblem, Typed, TypedCall } from "@sluice/query";
import { constantOptions, PROTOBUF_OPTIONS, simpleString } from "@sluice/query";
import { toAvroProblem } from "../payload/to-avro.ts";
import { toProtobufProblem } from "../payload/to-protobuf.ts";
import { isNull } from "./call-argument.ts";
import { checkCsv } from "./check-csv.ts";
import { checkXml } from "./check-xml.ts";
import { toAvroCall, toProtobufCall } from "./emit-payload.ts";
import { EMITTERS, GENERATORS, GROUPERS } from "./emitters.ts";
import type { Found } from "./found-problem.ts";
import { durationOf, isTumbling } from "./time-window.ts";
import { visitExpression, visitPlan } from "./walk.ts";

/**
 * What this engine cannot do in a plan; empty when it can run it. Each problem names the expression's place in the SQL text, or the call that made the
 * node.
 */
export function checkPlan(plan: Plan): readonly QueryProblem[] {
  const problems: QueryProblem[] = [];
  visitPlan(plan, {
    plan: (node) => checkNode(node, reporter(problems, node)),
    expression: (expression, node) => {
      const found = reporter(problems, node, expression);
      checkExpression(expression, node, found);
    },
  });
  return problems;
}

function reporter(problems: QueryProblem[], plan: Plan, expression?: Typed): Found {
  return (condition, message, parameters = {}) => {
    const span = expression?.span ?? plan.span;
    problems.push({
      condition,
      sqlState: "0A000",
      message,
      parameters,
      ...(span === undefined ? {} : { span }),
      ...(plan.origin === undefined ? {} : { origin: plan.origin }),
    });
  };
}

function checkNode(plan: Plan, found: Found): void {
  for (const attribute of plan.output) {
    const refused = refusedType(attribute.dataType);
    if (refused === undefined) continue;
    found(
      "UNSUPPORTED_FEATURE.DATA_TYPE",
      `The column \`${attribute.name}\` has the type ${simpleString(attribute.dataType)}: ${refused}`,
      { column: attribute.name },
    );
  }
}

function refusedType(type: DataType): string | undefined {
  switch (type.kind) {
    case "array":
      return refusedType(type.element);
    case "map":
      return refusedType(type.key) ?? refusedType(type.value);
    case "struct":
      if (type.fields.length === 0) return "DuckDB has no struct without fields; give it one.";
      return (
        repeatedField(type) ?? type.fields.map((field) => refusedType(field.dataType)).find((one) => one !== undefined)
      );
    default:
      return undefined;
  }
}

function repeatedField(type: Extract<DataType, { kind: "struct" }>): string | undefined {
  const names = type.fields.map((field) => field.name.toLowerCase());
  const repeated = type.fields.find((_, i) => names.indexOf(names[i] ?? "") !== i);
  return (
    repeated && `DuckDB's structs do not tell upper from lower case; rename one of the fields \`${repeated.name}\`.`
  );
}

function checkExpression(expression: Typed, plan: Plan, found: Found): void {
  if (expression.kind !== "Call") return;
  const { name } = expression;
  if (GENERATORS.has(name) && plan.kind === "Generate" && plan.generator === expression) return;
  if (GROUPERS.has(name)) {
    found("UNSUPPORTED_FEATURE.SESSION_WINDOW", `\`${name}\` works only in GROUP BY.`, { functionName: name });
    return;
  }
  if (EMITTERS[name] === undefined) {
    found(
      "UNSUPPORTED_FEATURE.FUNCTION",
      `The DuckDB engine has no function \`${name}\`. Write it with other functions, or run the pipeline on the Spark engine.`,
      { functionName: name },
    );
    return;
  }
  CHECKS[name]?.(expression, found);
}

/** What is looked at of calls of a function. */
const CHECKS: Readonly<Record<string, (call: TypedCall, found: Found) => void>> = {
  to_json: checkJsonOptions,
  from_json: checkJsonOptions,
  to_csv: checkCsv,
  from_csv: (call, found) => {
    checkCsv(call, found);
    checkCorruptColumn(call.dataType, corruptColumnOf(call), found);
  },
  to_xml: checkXml,
  schema_of_xml: checkXml,
  from_xml: (call, found) => {
    checkXml(call, found);
    checkCorruptColumn(call.dataType, corruptColumnOf(call), found);
  },
  to_avro: checkToAvro,
  from_avro: checkAvroOptions,
  from_protobuf: checkProtobufOptions,
  to_protobuf: (call, found) => {
    checkProtobufOptions(call, found);
    checkToProtobuf(call, found);
  },
  window: checkWindow,
  percentile: checkPercentage,
  percentile_approx: checkPercentage,
  percentile_cont: checkPercentage,
  percentile_disc: checkPercentage,
  median: checkPercentage,
};

const JSON_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  to_json: ["timestampformat", "dateformat", "ignorenullfields"],
  from_json: ["mode", "columnnameofcorruptrecord", "timestampformat", "timestampntzformat", "dateformat"],
};

function checkJsonOptions(call: Extract<Typed, { kind: "Call" }>, found: Found): void {
  const options = constantOptions(call.args[call.name === "from_json" ? 2 : 1]);
  const known = JSON_OPTIONS[call.name] ?? [];
  if (call.name === "from_json") checkCorruptColumn(call.dataType, corruptColumnOf(call), found);
  const unknown =
    options === undefined ? ["that are not constant"] : Object.keys(options).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  found(
    "UNSUPPORTED_FEATURE.JSON_OPTION",
    `The DuckDB engine does not have the options ${unknown.join(", ")} of \`${call.name}\`. It has: ${known.join(", ") || "none"}.`,
  );
}

function corruptColumnOf({ args }: TypedCall): string | undefined {
  return constantOptions(args[2])?.["columnnameofcorruptrecord"];
}

function checkCorruptColumn(type: DataType, given: string | undefined, found: Found): void {
  const name = given ?? "_corrupt_record";
  const column = type.kind === "struct" ? type.fields.find((field) => field.name === name) : undefined;
  if (column === undefined || column.dataType.kind === "string") return;
  found(
    "INVALID_CORRUPT_RECORD_TYPE",
    `The column \`${name}\` for corrupt records must be STRING, not ${simpleString(column.dataType)}.`,
    { columnName: name },
  );
}

function checkToAvro(call: Extract<Typed, { kind: "Call" }>, found: Found): void {
  const problem = toAvroProblem(toAvroCall(call));
  if (problem !== undefined) found("AVRO_INCOMPATIBLE_TYPE", `\`to_avro\` cannot write this: ${problem}.`);
}

function checkToProtobuf(call: Extract<Typed, { kind: "Call" }>, found: Found): void {
  const problem = toProtobufProblem(toProtobufCall(call));
  if (problem !== undefined)
    found("UNABLE_TO_CONVERT_TO_PROTOBUF_MESSAGE_TYPE", `\`to_protobuf\` cannot write this: ${problem}.`);
}

const PROTOBUF_OPTION = /^(mode|confluent\.schema\.registry\..+)$/;

function checkProtobufOptions(call: Extract<Typed, { kind: "Call" }>, found: Found): void {
  const known = call.name === "from_protobuf" ? PROTOBUF_OPTIONS : [];
  const unknown = Object.keys(constantOptions(call.args[3]) ?? {}).filter(
    (key) => !PROTOBUF_OPTION.test(key) && !known.includes(key),
  );
  if (unknown.length === 0) return;
  found(
    "UNSUPPORTED_FEATURE.PROTOBUF_OPTION",
    `The DuckDB engine does not have the options ${unknown.join(", ")} of \`${call.name}\`. It has: ${["mode", ...known].join(", ")}.`,
  );
}

function checkAvroOptions(call: Extract<Typed, { kind: "Call" }>, found: Found): void {
  const options = constantOptions(call.args[2]) ?? {};
  const unknown = Object.keys(options).filter((key) => !AVRO_OPTION.test(key));
  const evolution = options["avroschemaevolutionmode"] ?? "none";
  if (!/^(none|restart)$/i.test(evolution)) {
    const message = `avroSchemaEvolutionMode is none or restart, not "${evolution}".`;
    found("INVALID_PARAMETER_VALUE.AVRO_SCHEMA_EVOLUTION_MODE", message);
  }
  if (unknown.length === 0) return;
  const known = "mode, avroSchema, datetimeRebaseMode and those of a schema registry";
  found(
    "UNSUPPORTED_FEATURE.AVRO_OPTION",
    `The DuckDB engine does not have the options ${unknown.join(", ")} of \`from_avro\`. It has: ${known}.`,
  );
}

const AVRO_OPTION =
  /^(mode|avroschema|datetimerebasemode|avroschemaevolutionmode|confluent\.schema\.registry\.(address|id|subject|basic\.auth\.(credentials\.source|user\.info)))$/;

function checkWindow(call: Extract<Typed, { kind: "Call" }>, found: Found): void {
  const durations = call.args.slice(1);
  if (durations.some((duration) => durationOf(duration) === undefined)) {
    found(
      "UNSUPPORTED_FEATURE.WINDOW_DURATION",
      `The durations of \`${call.name}\` must be constants without months or years, such as '10 minutes'.`,
    );
  } else if (!isTumbling(call)) {
    found("UNSUPPORTED_FEATURE.OVERLAPPING_WINDOW", "A `window` whose windows overlap works only in GROUP BY.");
  }
}

function checkPercentage(call: Extract<Typed, { kind: "Call" }>, found: Found): void {
  const within = /^percentile_(cont|disc)$/.test(call.name);
  const percentage = within ? call.args[0] : call.args[1];
  if (percentage !== undefined && isNull(percentage)) {
    found("DATATYPE_MISMATCH.UNEXPECTED_NULL", `The percentage of \`${call.name}\` must not be NULL.`);
  } else if (percentage !== undefined && !isConstant(percentage)) {
    found("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", `The percentage of \`${call.name}\` must be a constant.`);
  }
  if (call.name === "percentile" && call.args.length > 2) {
    found(
      "UNSUPPORTED_FEATURE.PERCENTILE_FREQUENCY",
      "`percentile` with frequencies is not supported: repeat the rows instead.",
    );
  }
}

function isConstant(expression: Typed): boolean {
  let constant = true;
  visitExpression(expression, (inner) => {
    const plain =
      inner.kind === "Literal" || inner.kind === "Cast" || (inner.kind === "Call" && inner.name === "array");
    if (!plain) constant = false;
  });
  return constant;
}
