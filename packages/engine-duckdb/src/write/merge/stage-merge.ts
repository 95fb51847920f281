import type { AddFile, Snapshot } from "@sluice/delta";
import { EngineError, type MergeCounts } from "@sluice/pipelines";
import type { Plan, StructField } from "@sluice/query";
import { duckType } from "../../compile/duck-type.ts";
import { quoteName } from "../../compile/identifier.ts";
import { evaluate } from "../../read/evaluation.ts";
import type { ScanSource } from "../../read/prepare-scans.ts";
import { FILE_COLUMN, fileNumbers, hasRowAddress, ROW_COLUMN } from "../../read/row-address.ts";
import { allSettled } from "../all-settled.ts";
import { type MergedFiles, type Output, type StageContext, stageOutput } from "../stage-output.ts";
import { stageChanges } from "./change-files.ts";
import { fateOf, readsOldRows } from "./file-fate.ts";
import { createNumberedTable } from "./numbered-table.ts";
import { ADDED, countPairs, GONE, OLD, PAIRS, pairRows, REMOVED } from "./paired-rows.ts";
import { onlyOnce, type Positions, positionsByFile } from "./removed-rows.ts";
import { keepDifference } from "./row-difference.ts";
import { packVectors, stageVectors, type TouchedFile } from "./stage-vectors.ts";
import { attributesOf, physicalRows, targetRows } from "./target-rows.ts";

/** What a merge takes away, and where its plan's shared parts are. */
export interface RemovedRows {
  readonly plan: Plan | "rest";
  readonly version: number;
  readonly identity: readonly string[] | "position";
  readonly known: readonly ScanSource[];
  /** Whether the rows that come are the same, and quickly read, as often as they are asked for. */
  readonly repeatable: boolean;
}

interface Merge {
  readonly context: StageContext;
  readonly base: Snapshot;
  readonly removed: RemovedRows;
  readonly stored: readonly StructField[];
  readonly hasVectors: boolean;
  readonly hasFeed: boolean;
}

/** What a merge has found out before it writes: the relation of the rows that come, which of them stay as they were, and the positions that go for good. */
interface MergedRows {
  readonly added: string;
  /** SQL that leaves out rows `a` that change nothing. */
  readonly changed: string;
  /** A table of positions, and these by file. */
  readonly goneTable: string;
  readonly gone: Positions;
  readonly count: (output: Output, copied: number) => Promise<{ readonly counts: MergeCounts; readonly rows: number }>;
}

/**
 * Writes what a merge adds to its target: new rows, deletion vectors or files anew, and change files. `select` gives the rows that come, in the columns of
 * the target. Answers how many these are, those that change nothing included.
 */
export async function stageMerge(
  context: StageContext,
  removed: RemovedRows,
  select: string,
): Promise<{ readonly output: Output; readonly rows: number }> {
  const merge = await openMerge(context, removed);
  const difference = removed.plan === "rest" ? await keepDifference(context, merge, select) : undefined;
  const identified = removed.plan === "rest" || (await keepPositions(merge, removed.plan));
  const found = await positionsByFile(context.connection, REMOVED);
  const touched = await touchedFiles(merge, found);
  const isCompared = comparesRows(merge, touched, found);
  const merged =
    isCompared || merge.hasFeed || !identified
      ? await pairedRows(merge, { touched, isCompared, select, difference })
      : await replacedRows(merge, { found, select, difference });
  const { output, files } = await stageFiles(merge, touched, merged);
  const changes = merge.hasFeed ? await stageChanges(context, merge.stored) : undefined;
  const { counts, rows } = await merged.count(output, files.copied);
  output.merged = { base: merge.base, ...files, changes, counts };
  return { output, rows };
}

/** Old rows are not looked at: each goes, and what has its identity is its new state. */
async function replacedRows(
  merge: Merge,
  { found, select, difference }: { found: Positions; select: string; difference: number | undefined },
): Promise<MergedRows> {
  const { connection } = merge.context;
  const isInline = difference === undefined && merge.removed.repeatable;
  if (!isInline && difference === undefined) await connection.createTemporaryTable(ADDED, select);
  const added = isInline ? `(${select})` : ADDED;
  return {
    ...{ added, changed: "", goneTable: REMOVED, gone: onlyOnce(found) },
    count: async ({ files }, copied) => {
      const written = files.files.reduce((sum, file) => sum + file.rows, 0) - copied;
      const updated = found.rows === 0 ? 0 : await countPairs(connection, merge.removed.identity, added);
      const counts = { inserted: written - updated, updated, deleted: found.rows - updated };
      return { counts, rows: difference ?? written };
    },
  };
}

/** Old rows are paired with new ones, and pairs that are the same are no change. */
async function pairedRows(
  merge: Merge,
  how: { touched: readonly TouchedFile[]; isCompared: boolean; select: string; difference: number | undefined },
): Promise<MergedRows> {
  const { connection } = merge.context;
  if (how.difference === undefined) await createNumberedTable(connection, ADDED, how.select);
  await keepOldRows(merge, how.touched, how.isCompared);
  await connection.createTemporaryTable(GONE, goneSql);
  return {
    added: ADDED,
    changed: ` ANTI JOIN (SELECT a FROM ${PAIRS} WHERE same) AS p ON p.a = a.__at`,
    goneTable: GONE,
    gone: onlyOnce(await positionsByFile(connection, GONE)),
    count: async () => {
      const [added, gone] = [await countOf(merge, ADDED), await countOf(merge, GONE)];
      const same = await countOf(merge, `${PAIRS} WHERE same`);
      const updated = await countOf(merge, `${PAIRS} WHERE NOT same`);
      const counts = { inserted: added - same - updated, updated, deleted: gone - updated };
      return { counts, rows: how.difference ?? added };
    },
  };
}

async function openMerge(context: StageContext, removed: RemovedRows): Promise<Merge> {
  const { target } = context.request;
  if (!hasRowAddress(target.schema)) throw reservedNames(target.name);
  const base = await context.read.tables.at(target.location).snapshot({ version: removed.version });
  const wanted = Object.fromEntries(
    Object.entries(target.properties).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const isOn = (key: string) =>
    (wanted[key.toLowerCase()] ?? base.metadata.configuration[key] ?? "").toLowerCase() === "true";
  return {
    context,
    base,
    removed,
    stored: target.schema.fields.filter((one) => one.dataType.kind !== "void"),
    hasVectors: isOn("delta.enableDeletionVectors"),
    hasFeed: isOn("delta.enableChangeDataFeed"),
  };
}

function reservedNames(table: string): EngineError {
  const message = `Rows of the table "${table}" cannot be changed one by one: its columns "${FILE_COLUMN}" and "${ROW_COLUMN}" have names that are needed to find them. Rename these columns.`;
  return new EngineError(message, { condition: "RESERVED_COLUMN_NAMES", domain: "user", retry: "never" });
}

/** The rows that go as `REMOVED`: `__file` and `__place`, and the columns of the identity where the plan gives them all; answers whether it does. */
async function keepPositions({ context, removed }: Merge, plan: Plan): Promise<boolean> {
  const { known } = removed;
  const { sql, name } = await evaluate(plan, { read: context.read, session: context.request.session, known });
  const column = (wanted: string) => plan.output.find((one) => one.name.toLowerCase() === wanted.toLowerCase());
  const [file, row] = [column("_file"), column("_row")];
  if (file === undefined || row === undefined) throw new Error("removed rows of a merge need _file and _row");
  const keys = keysOf(removed);
  const identity = keys.map(column);
  const identified = identity.filter((one) => one !== undefined);
  const isWhole = identified.length === keys.length;
  const extra = isWhole ? identified.map((one, i) => `, ${name(one)} AS ${quoteName(keys[i] ?? "")}`) : [];
  await context.connection.createTemporaryTable(
    REMOVED,
    `SELECT CAST(${name(file)} AS BIGINT) AS __file, ${name(row)} AS __place${extra.join("")} FROM (${sql})`,
  );
  return isWhole;
}

/** The columns that pair rows; none where their places do. */
function keysOf({ identity }: RemovedRows): readonly string[] {
  return identity === "position" ? [] : identity;
}

async function touchedFiles({ context, base }: Merge, { byFile }: Positions): Promise<readonly TouchedFile[]> {
  if (byFile.size === 0) return [];
  const byNumber = new Map([...fileNumbers(base)].map(([file, number]) => [number, file]));
  const files = [...byFile.keys()].map((number) => {
    const file = byNumber.get(number);
    if (file === undefined) throw new Error(`the target has no file ${number} at version ${base.version}`);
    return { number, file };
  });
  const physical = await physicalRows(
    context.read,
    base,
    files.map((one) => one.file),
  );
  return files.map((one, i) => ({ ...one, physical: physical[i] ?? 0 }));
}

/** Whether removed rows are read in full and compared with those that come. */
function comparesRows(merge: Merge, touched: readonly TouchedFile[], { rows }: Positions): boolean {
  const { context, removed, hasFeed, hasVectors } = merge;
  const sum = (of: (one: TouchedFile) => number) => touched.reduce((total, one) => total + of(one), 0);
  const size = { physical: sum((one) => one.physical), sizeBytes: sum((one) => one.file.size) };
  const { seldomSame = false } = context.request.merge ?? {};
  const facts = { ...size, hasFeed, hasVectors, seldomSame, removed: rows };
  return removed.plan !== "rest" && keysOf(removed).length > 0 && readsOldRows(facts);
}

/** The removed rows as far as they are needed, with their place, and their pairs among those that come. */
async function keepOldRows(merge: Merge, touched: readonly TouchedFile[], isCompared: boolean): Promise<void> {
  const { context, removed, stored, hasFeed } = merge;
  const { connection } = context;
  const needed = isCompared || hasFeed ? stored : identityFields(merge);
  const files = touched.map((one) => one.file);
  await createNumberedTable(connection, OLD, await oldSql(merge, needed, files));
  const compared = isCompared ? { compared: stored.map((one) => one.name) } : {};
  await pairRows(connection, { identity: removed.identity, ...compared });
}

function identityFields({ removed, stored }: Merge): readonly StructField[] {
  return keysOf(removed).map((name) => {
    const found = stored.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw new Error(`the target has no column "${name}" to pair rows by`);
    return found;
  });
}

async function oldSql(merge: Merge, needed: readonly StructField[], files: readonly AddFile[]): Promise<string> {
  const { context, base } = merge;
  const columns = needed.map((one) => quoteName(one.name));
  const given = await context.connection.rows(`SELECT name FROM pragma_table_info('${REMOVED}')`);
  const names = new Set(given.map((row) => String(row["name"]).toLowerCase()));
  if (needed.every((one) => names.has(one.name.toLowerCase()))) {
    return `SELECT __file, __place${columns.map((one) => `, ${one}`).join("")} FROM ${REMOVED}`;
  }
  const rows = await targetRows(context.read, base, files, attributesOf(needed));
  const items = needed.map(
    (one) => `CAST(q.${quoteName(one.name)} AS ${duckType(one.dataType)}) AS ${quoteName(one.name)}`,
  );
  return `SELECT m.__file, m.__place, ${items.join(", ")} FROM (${rows}) AS q JOIN ${REMOVED} AS m ON CAST(q."_file" AS BIGINT) = m.__file AND q."_row" = m.__place`;
}

/** Positions that go for good: not those of pairs without a difference. */
const goneSql = `SELECT m.__file, m.__place FROM ${REMOVED} AS m ANTI JOIN (SELECT o.__file, o.__place FROM ${OLD} AS o JOIN ${PAIRS} AS p ON p.o = o.__at WHERE p.same) AS s ON s.__file = m.__file AND s.__place = m.__place`;

async function stageFiles(
  merge: Merge,
  touched: readonly TouchedFile[],
  merged: MergedRows,
): Promise<{
  readonly output: Output;
  readonly files: Pick<MergedFiles, "remove" | "update" | "copied">;
}> {
  const { context, stored, hasVectors } = merge;
  const gone = merged.gone.byFile;
  const fates = touched.map((one) => {
    const deleted = one.file.deletionVector?.cardinality ?? 0;
    const removed = gone.get(one.number)?.size ?? 0;
    const left = one.physical - deleted - removed;
    return {
      ...one,
      left,
      fate: fateOf({ physical: one.physical, deleted, removed, sizeBytes: one.file.size }, hasVectors),
    };
  });
  const rewritten = fates.filter((one) => one.fate === "Rewrite");
  const columns = stored.map((one) => quoteName(one.name)).join(", ");
  const added = `SELECT ${columns} FROM ${merged.added} AS a${merged.changed}`;
  const kept =
    rewritten.length === 0
      ? ""
      : ` UNION ALL ${await keptSql(
          merge,
          rewritten.map((one) => one.file),
          merged.goneTable,
        )}`;
  const marked = fates.filter((one) => one.fate === "Vector");
  const vectors = { deletions: context.read.tables.deletions, root: merge.base.root };
  const [output, packed] = await allSettled([
    stageOutput(context, "main", context.request.target, `${added}${kept}`),
    packVectors(vectors, marked, gone),
  ] as const);
  const update = await stageVectors(output.files, vectors, marked, packed);
  const remove = fates.filter((one) => one.fate === "Remove" || one.fate === "Rewrite").map((one) => one.file);
  return { output, files: { remove, update, copied: rewritten.reduce((sum, one) => sum + one.left, 0) } };
}

async function keptSql({ context, base, stored }: Merge, files: readonly AddFile[], gone: string): Promise<string> {
  const rows = await targetRows(context.read, base, files, attributesOf(stored));
  const items = stored.map(
    (one) => `CAST(q.${quoteName(one.name)} AS ${duckType(one.dataType)}) AS ${quoteName(one.name)}`,
  );
  return `SELECT ${items.join(", ")} FROM (${rows}) AS q ANTI JOIN ${gone} AS m ON CAST(q."_file" AS BIGINT) = m.__file AND q."_row" = m.__place`;
}

async function countOf({ context }: Merge, source: string): Promise<number> {
  const [row = {}] = await context.connection.rows(`SELECT count(*) AS n FROM ${source}`);
  return Number(row["n"]);
}
