import type { TableDescription } from "@sluice/pipelines";
import { backQuote, QueryError } from "@sluice/query";
import type { NameReference } from "../statement/statement.ts";
import { type LocatedTable, locateTable } from "./locate-table.ts";
import type { SessionState } from "./session-state.ts";

/** A table that is there. */
export interface ExistingTable {
  readonly located: LocatedTable;
  readonly description: TableDescription;
}

/** The table that a statement names. @throws QueryError when there is none */
export async function existingTable(name: NameReference, state: SessionState): Promise<ExistingTable> {
  const found = await tableOrNothing(name, state);
  if (found === undefined) throw tableNotFound(name);
  return found;
}

/** The table that a statement names; undefined when there is none. */
export async function tableOrNothing(name: NameReference, state: SessionState): Promise<ExistingTable | undefined> {
  const located = await locateTable(name.parts, state);
  const description = await (await state.engine()).tables.describe(located.location);
  return description && { located, description };
}

/** Spark's error for a name that leads to nothing. */
export function tableNotFound(name: NameReference): QueryError {
  const shown = quoted(name.parts);
  const message = `The table or view ${shown} cannot be found. SHOW TABLES lists what there is.`;
  return statementError(name, "TABLE_OR_VIEW_NOT_FOUND", message, { relationName: shown });
}

/** A mistake in a statement, at a name in it. */
export function statementError(
  name: Pick<NameReference, "span">,
  condition: string,
  message: string,
  parameters: Readonly<Record<string, string>> = {},
): QueryError {
  return new QueryError([{ condition, message, parameters, span: name.span }]);
}

/** A name as messages have it. */
export function quoted(parts: readonly string[]): string {
  return parts.map(backQuote).join(".");
}

/** The properties of a table in order of their keys, its protocol among them as Delta shows it. */
export function tableProperties({ properties, protocol }: TableDescription): readonly (readonly [string, string])[] {
  const all = {
    ...properties,
    "delta.minReaderVersion": String(protocol.reader),
    "delta.minWriterVersion": String(protocol.writer),
  };
  return Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
}
