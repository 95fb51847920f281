import type { Snapshot } from "@sluice/delta";
import { EngineError, type TableTarget, type WriteRequest } from "@sluice/pipelines";
import { type Attribute, type IdentityColumn, identityColumns, identityMetadata, struct } from "@sluice/query";
import type { DeltaTables } from "../read/delta-tables.ts";

/** How the rows of a write get the numbers that their table gives (see `identityOf`). */
export interface Numbering {
  /** The version whose marks the numbers follow: after another one with new marks they would be given twice. */
  readonly base: Snapshot;
  /** The columns that are numbered, as the version has them: not those that the rows bring. */
  readonly columns: ReturnType<typeof identityColumns>;
}

/** Whether a table numbers columns. */
export function isNumbered({ schema }: TableTarget): boolean {
  return identityColumns(schema).length > 0;
}

/**
 * The numbering of rows that are added with these columns; undefined where the table numbers none. The table is made when there is none.
 *
 * @throws EngineError DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED
 */
export async function numberingOf(
  tables: DeltaTables,
  { target, mode, merge }: Pick<WriteRequest, "target" | "mode" | "merge">,
  output: readonly Attribute[],
): Promise<Numbering | undefined> {
  if (!isNumbered(target) || mode === "rewrite" || merge !== undefined) return undefined;
  const base = (await tables.latest(target.location)) ?? (await created(tables, target));
  const given = new Set(output.map((one) => one.name.toLowerCase()));
  const columns = identityColumns(base.metadata.schema);
  const explicit = columns.filter(({ column }) => given.has(column.name.toLowerCase()));
  const wrong = explicit.find(({ identity }) => !identity.allowsExplicit);
  if (wrong !== undefined) throw explicitInsert(target, wrong.column.name);
  return { base, columns: columns.filter((one) => !explicit.includes(one)) };
}

async function created(tables: DeltaTables, target: TableTarget): Promise<Snapshot> {
  await tables.ensure(target);
  const snapshot = await tables.latest(target.location);
  if (snapshot === undefined) throw new Error(`"${target.name}" was made and is not there`);
  return snapshot;
}

function explicitInsert(target: TableTarget, column: string): EngineError {
  return new EngineError(
    `The table "${target.name}" numbers its column "${column}" itself (GENERATED ALWAYS AS IDENTITY). Leave the column out, or declare it BY DEFAULT.`,
    { condition: "DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED", domain: "user", retry: "never", column },
  );
}

/** The numbers of the rows of a SELECT, as SQL by the column's name in lower case. */
export function numberSql(numbering: Numbering | undefined): ReadonlyMap<string, string> {
  const entries = (numbering?.columns ?? []).map(({ column, identity }) => {
    const sql = `${lastNumber(identity)} + ${identity.step} * row_number() OVER ()`;
    return [column.name.toLowerCase(), sql] as const;
  });
  return new Map(entries);
}

function lastNumber({ highWaterMark, start, step }: IdentityColumn): bigint {
  return highWaterMark ?? start - step;
}

/** A table with the marks that it has once some rows are numbered. */
export function afterRows(target: TableTarget, { columns }: Numbering, rows: number): TableTarget {
  if (rows === 0) return target;
  const fields = target.schema.fields.map((field) => {
    const stored = columns.find(({ column }) => column.name.toLowerCase() === field.name.toLowerCase());
    if (stored === undefined) return field;
    const { identity } = stored;
    const highWaterMark = lastNumber(identity) + identity.step * BigInt(rows);
    return { ...field, metadata: { ...field.metadata, ...identityMetadata({ ...identity, highWaterMark }) } };
  });
  return { ...target, schema: struct(fields) };
}
