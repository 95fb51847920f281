import type { ChangeDeclaration } from "../../packages/pipelines/src/declaration/declaration.ts";

/** A change of the property tests. `op`: U sets, D deletes, T truncates. */
export interface Change {
  readonly id: number;
  readonly seq: number;
  /** When it became known. */
  readonly sys: number;
  readonly op: string;
  readonly a: number | null;
  readonly b: string | null;
  readonly s: { readonly x: number | null; readonly y: string | null } | null;
  readonly sets: readonly (string | null)[] | null;
}

interface Version {
  values: Values;
  readonly start: number;
  end: number | null;
}

type Values = Pick<Change, "a" | "b" | "s">;

/**
 * The rows that applying the changes one by one in the order of their sequence gives: [id, a, b, s] or [id, a, b, s, start, end]; of a bitemporal table
 * [id, a, b, s, start, end, known from, known until]. Undefined when two changes of a key with the same sequence set different things, for then either may win.
 */
export function expectedRows(changes: ChangeDeclaration, all: readonly Change[]): readonly unknown[] | undefined {
  const truncates = all.filter((one) => one.op === "T").map((one) => one.seq);
  const horizon = Math.max(0, ...truncates);
  const rows: unknown[] = [];
  for (const id of new Set(all.map((one) => one.id))) {
    const own = ordered(
      changes,
      all.filter((one) => one.id === id && one.op !== "T"),
    );
    if (own === undefined) return undefined;
    if (changes.scdType === "bitemporal") {
      rows.push(...journal(changes, id, own));
      continue;
    }
    const versions = fold(
      changes,
      own.filter((one) => one.seq >= horizon),
    );
    for (const { values, start, end } of versions) {
      const row = [id, ...shown(values)];
      if (changes.scdType === 2) rows.push([...row, start, end]);
      else if (end === null) rows.push(row);
    }
  }
  return rows;
}

function shown({ a, b, s }: Values): readonly unknown[] {
  return [a, b, s === null ? null : [s.x, s.y]];
}

/** Notes at each moment which versions are believed in no more, and which are from then on. */
function journal(changes: ChangeDeclaration, id: number, own: readonly Change[]): readonly unknown[] {
  const rows: unknown[] = [];
  let believed = new Map<string, { readonly row: readonly unknown[]; readonly since: number }>();
  const moments = [...new Set(own.map((one) => one.sys))].toSorted((left, right) => left - right);
  for (const moment of moments) {
    const known = steps(
      changes,
      own.filter((one) => one.sys <= moment),
    );
    const now = new Map(
      known.map(({ values, start, end }) => {
        const row = [id, ...shown(values), start, end];
        return [JSON.stringify(row), { row, since: moment }];
      }),
    );
    for (const [text, { row, since }] of believed) if (!now.has(text)) rows.push([...row, since, moment]);
    believed = new Map([...now].map(([text, one]) => [text, believed.get(text) ?? one]));
  }
  return [...rows, ...[...believed.values()].map(({ row, since }) => [...row, since, null])];
}

/** The versions that the last change of each sequence makes, where those before it with the same sequence have been applied, too. */
function steps(changes: ChangeDeclaration, known: readonly Change[]): readonly Version[] {
  const versions: Version[] = [];
  let values: Values | undefined;
  for (const [i, change] of known.entries()) {
    values = change.op === "D" ? undefined : applied(changes, values ?? { a: null, b: null, s: null }, change);
    if (known[i + 1]?.seq === change.seq) continue;
    const open = versions.at(-1)?.end === null ? versions.at(-1) : undefined;
    if (open !== undefined && values !== undefined && sameTracked(changes, open.values, values)) {
      open.values = values;
      continue;
    }
    if (open !== undefined) open.end = change.seq;
    if (values !== undefined) versions.push({ values, start: change.seq, end: null });
  }
  return versions;
}

/** One change for each sequence, in a bitemporal table for both of its sequences; a delete wins over what else has its sequence. */
function ordered({ scdType }: ChangeDeclaration, own: readonly Change[]): readonly Change[] | undefined {
  const bySequence = new Map<string, Change>();
  for (const one of own) {
    const place = scdType === "bitemporal" ? `${one.seq} ${one.sys}` : `${one.seq}`;
    const other = bySequence.get(place);
    if (other === undefined || one.op === "D") bySequence.set(place, one);
    else if (other.op !== "D" && JSON.stringify(content(other)) !== JSON.stringify(content(one))) return undefined;
  }
  return [...bySequence.values()].toSorted((left, right) => left.seq - right.seq || left.sys - right.sys);
}

function content({ a, b, s, sets }: Change): unknown {
  return [a, b, s, sets];
}

function fold(changes: ChangeDeclaration, own: readonly Change[]): readonly Version[] {
  const versions: Version[] = [];
  for (const change of own) {
    const open = versions.at(-1)?.end === null ? versions.at(-1) : undefined;
    if (change.op === "D") {
      if (open !== undefined) open.end = change.seq;
      continue;
    }
    const values = applied(changes, open?.values ?? { a: null, b: null, s: null }, change);
    if (open !== undefined && sameTracked(changes, open.values, values)) {
      open.values = values;
      continue;
    }
    if (open !== undefined) open.end = change.seq;
    versions.push({ values, start: change.seq, end: null });
  }
  return versions;
}

function applied(changes: ChangeDeclaration, before: Values, change: Change): Values {
  const takes = (name: keyof Values): boolean =>
    change.sets === null || change.sets.some((one) => one?.toLowerCase() === name);
  if (changes.columnsToUpdate !== undefined) {
    return {
      a: takes("a") ? change.a : before.a,
      b: takes("b") ? change.b : before.b,
      s: takes("s") ? change.s : before.s,
    };
  }
  const { ignoresNull } = changes;
  const ignores = (name: string): boolean =>
    ignoresNull !== undefined && ignoresNull.columns.includes(name) === (ignoresNull.kind === "List");
  return {
    a: ignores("a") ? (change.a ?? before.a) : change.a,
    b: ignores("b") ? (change.b ?? before.b) : change.b,
    s: ignores("s") ? mergedStruct(before.s, change.s) : change.s,
  };
}

function mergedStruct(before: Change["s"], after: Change["s"]): Change["s"] {
  if (after === null || before === null) return after ?? before;
  return { x: after.x ?? before.x, y: after.y ?? before.y };
}

function sameTracked({ scdType, trackHistory }: ChangeDeclaration, before: Values, after: Values): boolean {
  if (scdType === 1) return true;
  const tracked = (["a", "b", "s"] as const).filter(
    (name) => trackHistory === undefined || trackHistory.columns.includes(name) === (trackHistory.kind === "List"),
  );
  return tracked.every((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]));
}
