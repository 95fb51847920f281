import type { Engine, FileStore, WriteOutcome, WriteRequest } from "@sluice/pipelines";

/** What became of a process whose death was ordered. */
export interface Death {
  /** Whether it died. */
  readonly isDead: boolean;
  /** Ends what waits. */
  readonly signal: AbortSignal;
  readonly engine: (engine: Engine) => Engine;
  readonly store: (store: FileStore) => FileStore;
}

/**
 * A process that dies at its `commit`-th write of rows, from 1, into tables below `tables`: `before` the write is committed, or `after` it, before anybody hears of it. Its
 * offsets are stored by then. Whatever it would do afterwards fails and changes nothing.
 */
export function mortal(commit: number, when: "before" | "after", tables: string): Death {
  const end = new AbortController();
  let commits = 0;
  const alive = (): void => {
    if (end.signal.aborted) throw new Error("The process was killed by the test");
  };
  const write = async (inner: Engine, request: WriteRequest, signal?: AbortSignal): Promise<WriteOutcome> => {
    alive();
    if (!request.target.location.startsWith(`${tables}/`)) return await inner.write(request, signal);
    commits += 1;
    if (commits !== commit) return await inner.write(request, signal);
    if (when === "before") await request.after;
    else await inner.write(request, signal);
    end.abort(new Error("The process was killed by the test"));
    return alive() as never;
  };
  return {
    get isDead() {
      return end.signal.aborted;
    },
    signal: end.signal,
    engine: (inner) => {
      const calls = guarded(inner, ["inferSchema", "exportFiles", "query"], alive);
      const tablesOf = guarded(
        inner.tables,
        ["describe", "files", "versionAt", "transactionVersion", "tail", "changes", "ensure", "history", "clear"],
        alive,
      );
      return {
        ...calls,
        name: inner.name,
        tables: { ...tablesOf, propertyProblems: (...given) => inner.tables.propertyProblems(...given) },
        check: inner.check,
        close: () => inner.close(),
        write: (request, signal) => write(inner, request, signal),
      };
    },
    store: (inner) => ({
      ...guarded(inner, ["read", "putIfAbsent", "put", "list", "folders", "head", "delete"], alive),
      root: inner.root,
    }),
  };
}

/** The object's methods, each of which fails once the process is dead. */
function guarded<Thing extends object, Name extends keyof Thing>(
  inner: Thing,
  names: readonly Name[],
  alive: () => void,
): Pick<Thing, Name> {
  const calls = names.map((name) => [
    name,
    async (...args: unknown[]) => {
      alive();
      return await (inner[name] as (...given: unknown[]) => unknown).apply(inner, args);
    },
  ]);
  return Object.fromEntries(calls) as Pick<Thing, Name>;
}
