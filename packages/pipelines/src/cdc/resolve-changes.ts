import { type Attribute, type Expression, type Origin, parseExpression, type Relation } from "@sluice/query";
import type { ChangeDeclaration, ColumnChoice } from "../declaration/declaration.ts";
import { closestMatch } from "../diagnostics/closest-match.ts";
import type { ErrorCode, ErrorParams } from "../diagnostics/error-params.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import {
  type ChangeSpec,
  DELETES,
  END_AT,
  RESERVED_PREFIX,
  SEQUENCE,
  SETS,
  START_AT,
  SYSTEM,
  SYSTEM_END_AT,
  SYSTEM_START_AT,
  TRUNCATES,
} from "./change-columns.ts";
import { POSITION } from "./change-parts.ts";

/** A flow of changes as declared. */
export interface DeclaredChanges {
  readonly flow: string;
  readonly origin: Origin;
  readonly changes: ChangeDeclaration;
}

/** How a flow's rows change its table, or what is wrong with what was declared. `columns` are those of its source. */
export function resolveChanges(
  declared: DeclaredChanges,
  columns: readonly Pick<Attribute, "name">[],
): ChangeSpec | readonly PipelineError[] {
  const { changes } = declared;
  const names = new NamesOfRows(declared, columns);
  names.checkReserved();
  const keys = names.of(changes.keys, "keys");
  if (changes.keys.length === 0) names.report("AUTOCDC_EMPTY_KEYS", { flow: declared.flow });
  const kept = names.chosen(changes.columns, "columns", names.all);
  for (const column of keys.filter((key) => !kept.includes(key)))
    names.report("AUTOCDC_KEY_NOT_KEPT", { flow: declared.flow, column });
  for (const column of kept.filter(isPosition))
    names.report("AUTOCDC_RESERVED_COLUMN_NAME_CONFLICT", { flow: declared.flow, column });
  const values = kept.filter((name) => !keys.includes(name));
  const spec: ChangeSpec = {
    scdType: changes.scdType,
    keys,
    columns: kept,
    tracked: changes.scdType === 1 ? [] : names.chosen(changes.trackHistory, "track history", values),
    ignoresNull:
      changes.ignoresNull === undefined ? [] : names.chosen(changes.ignoresNull, "ignore null updates", values),
    truncates: changes.appliesAsTruncate !== undefined,
    setsColumns: changes.columnsToUpdate !== undefined,
  };
  names.errors.push(...conflicts(declared));
  return names.errors.length > 0 ? names.errors : spec;
}

/** Whether a table cannot keep a column because its rows are found by columns of this name. */
function isPosition(name: string): boolean {
  return POSITION.fields.some((one) => one.name === name.toLowerCase());
}

/** The rows of a source with the columns that tell how they apply. @throws QueryError for texts that are no SQL */
export function changeRows(changes: ChangeDeclaration, source: Relation): Relation {
  const { appliesAsTruncate } = changes;
  const truncates = appliesAsTruncate === undefined ? undefined : isTrue(expressionOf(appliesAsTruncate));
  const deletes = isTrue(expressionOf(changes.appliesAsDelete ?? "false"));
  const columns = [
    { name: SEQUENCE, expression: expressionOf(changes.sequenceBy) },
    ...(changes.systemSequenceBy === undefined
      ? []
      : [{ name: SYSTEM, expression: expressionOf(changes.systemSequenceBy) }]),
    { name: DELETES, expression: truncates === undefined ? deletes : call("and", deletes, call("not", truncates)) },
    ...(truncates === undefined ? [] : [{ name: TRUNCATES, expression: truncates }]),
    ...(changes.columnsToUpdate === undefined
      ? []
      : [{ name: SETS, expression: expressionOf(changes.columnsToUpdate) }]),
  ];
  return { kind: "WithColumns", input: source, columns };
}

function expressionOf(declared: string | Expression): Expression {
  const expression = typeof declared === "string" ? parseExpression(declared) : declared;
  return expression.kind === "Alias" ? expression.expression : expression;
}

function isTrue(condition: Expression): Expression {
  return call("istrue", condition);
}

function call(name: string, ...args: readonly Expression[]): Expression {
  return { kind: "Call", name, args };
}

/** Options that do not go together. */
function conflicts({ flow, origin, changes }: DeclaredChanges): readonly PipelineError[] {
  const stored = changes.scdType === "bitemporal" ? "bitemporal" : `SCD type ${changes.scdType}`;
  const wrong: [boolean, readonly string[], string][] = [
    [
      changes.scdType === 1 && changes.trackHistory !== undefined,
      ["track history", "SCD type 1"],
      "SCD type 1 keeps no history",
    ],
    [
      changes.scdType !== 1 && changes.appliesAsTruncate !== undefined,
      ["apply as truncates", stored],
      "a history is never emptied",
    ],
    [
      changes.scdType !== "bitemporal" && changes.systemSequenceBy !== undefined,
      ["system sequence by", stored],
      "only a bitemporal table keeps when changes became known",
    ],
    [
      changes.scdType === "bitemporal" && changes.columnsToUpdate !== undefined,
      ["columns to update", stored],
      "ignore null updates is there for partial changes of a bitemporal table",
    ],
    [
      changes.columnsToUpdate !== undefined && changes.ignoresNull !== undefined,
      ["columns to update", "ignore null updates"],
      "both say which columns a row sets",
    ],
  ];
  return wrong.flatMap(([is, options, why]) =>
    is ? [new PipelineError("INVALID_MULTIPLE_ARGUMENT_CONDITIONS", { flow, options, why }, { origin })] : [],
  );
}

const RESERVED: readonly string[] = [START_AT, END_AT, SYSTEM_START_AT, SYSTEM_END_AT];

/** Finds columns by name, ignoring case, and keeps what is wrong. */
class NamesOfRows {
  readonly all: readonly string[];
  readonly errors: PipelineError[] = [];
  readonly #declared: DeclaredChanges;

  constructor(declared: DeclaredChanges, columns: readonly Pick<Attribute, "name">[]) {
    this.#declared = declared;
    this.all = columns.map((one) => one.name);
  }

  report<Code extends ErrorCode>(code: Code, params: ErrorParams[Code]): void {
    this.errors.push(new PipelineError(code, params, { origin: this.#declared.origin }));
  }

  checkReserved(): void {
    const { flow } = this.#declared;
    const isReserved = (name: string): boolean =>
      name.toLowerCase().startsWith(RESERVED_PREFIX) || RESERVED.includes(name.toUpperCase());
    for (const column of this.all.filter(isReserved))
      this.report("AUTOCDC_RESERVED_COLUMN_NAME_CONFLICT", { flow, column });
  }

  of(names: readonly string[], option: string): readonly string[] {
    return [...new Set(names.flatMap((name) => this.#find(name, option) ?? []))];
  }

  /** The columns chosen of `from`, in its order; all of them when nothing was chosen. */
  chosen(choice: ColumnChoice | undefined, option: string, from: readonly string[]): readonly string[] {
    if (choice === undefined) return from;
    const named = this.of(choice.columns, option);
    return from.filter((name) => named.includes(name) === (choice.kind === "List"));
  }

  #find(name: string, option: string): string | undefined {
    const { flow } = this.#declared;
    const found = this.all.find((one) => one.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    if (name.includes(".")) {
      this.report("AUTOCDC_MULTIPART_COLUMN_IDENTIFIER", { flow, option, column: name });
      return undefined;
    }
    const closest = closestMatch(name, this.all);
    const params = { flow, option, column: name, ...(closest === undefined ? {} : { closest }) };
    this.report("AUTOCDC_COLUMNS_NOT_FOUND_IN_SCHEMA", params);
    return undefined;
  }
}
