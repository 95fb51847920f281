import { openParser, type Parser } from "@sluice/query";
import { fromQueryError, isQueryError, type PipelineError } from "../diagnostics/pipeline-error.ts";
import type { NameDefaults } from "./name-defaults.ts";
import { parseCdc } from "./parse-cdc.ts";
import { parseCreate } from "./parse-create.ts";
import { atSetting, parseSetting } from "./parse-setting.ts";
import { refuseStatement } from "./refuse-statement.ts";
import type { ReadStatement, Statement } from "./statement.ts";
import { StatementReader } from "./statement-reader.ts";
import type { StatementText } from "./substitute.ts";

const NOTHING: Statement = { kind: "Nothing" };

/** Reads one statement of a pipeline's SQL file. Never throws for what a person wrote. */
export function parseStatement(
  source: StatementText,
  names: NameDefaults,
  parameters: Readonly<Record<string, string>>,
): ReadStatement {
  if (atSetting(source.text)) return parseSetting(source);
  const parser = open(source, parameters);
  if ("errors" in parser) return { statement: NOTHING, errors: parser.errors, warnings: [] };
  const reader = new StatementReader(parser, names);
  const statement = reader.attempt(() => readStatement(reader)) ?? NOTHING;
  return { statement, errors: reader.errors, warnings: reader.warnings };
}

function open(
  { text, origin }: StatementText,
  parameters: Readonly<Record<string, string>>,
): Parser | { readonly errors: readonly PipelineError[] } {
  try {
    return openParser(text, origin, { parameters });
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return { errors: fromQueryError(error) };
  }
}

function readStatement(reader: StatementReader): Statement {
  const { parser } = reader;
  if (parser.at("CREATE")) return parseCreate(reader);
  if (parser.at("USE")) return parseUse(reader);
  if (parser.sees(["APPLY", "CHANGES"]) || parser.sees(["AUTO", "CDC"])) return parseCdc(reader);
  refuseStatement(reader);
  return NOTHING;
}

function parseUse(reader: StatementReader): Statement {
  const { parser, names } = reader;
  parser.expect("USE");
  if (parser.accept("CATALOG")) {
    const [catalog = ""] = reader.name("a catalog");
    parser.expectEnd();
    return { kind: "Use", catalog };
  }
  parser.acceptAny("SCHEMA", "DATABASE", "NAMESPACE");
  const parts = reader.name("a schema");
  parser.expectEnd();
  const [schema, catalog = names.catalog] = parts.toReversed();
  return { kind: "Use", ...(catalog !== undefined && { catalog }), ...(schema !== undefined && { schema }) };
}
