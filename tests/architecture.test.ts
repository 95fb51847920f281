import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/**
 * Who may import whom. Lowest first: a row names only rows above it, so a cycle cannot be written down. A package's own row, its index, may re-export any
 * folder of the package; other packages are reached through that row only. Tests may import anything.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "query/data-type": [],
  "query/expression": ["query/data-type"],
  "query/relation": ["query/data-type", "query/expression"],
  "query/analysis/plan.ts": ["query/data-type", "query/expression", "query/relation"],
  "query/rewrite": ["query/data-type", "query/expression", "query/relation", "query/analysis/plan.ts"],
  "query/function": ["query/data-type", "query/expression", "query/rewrite"],
  "query/sql": ["query/data-type", "query/expression", "query/relation", "query/rewrite", "query/function"],
  "query/analysis": [
    "query/data-type",
    "query/expression",
    "query/relation",
    "query/analysis/plan.ts",
    "query/rewrite",
    "query/function",
  ],
  "query/api": [
    "query/data-type",
    "query/expression",
    "query/relation",
    "query/rewrite",
    "query/function",
    "query/sql",
  ],
  query: ["query/*"],

  "delta/storage": [],
  "delta/action": ["query", "delta/storage"],
  "delta/deletion-vector": ["delta/storage", "delta/action"],
  "delta/log": ["query", "delta/storage", "delta/action"],
  "delta/snapshot": ["query", "delta/storage", "delta/action", "delta/log"],
  "delta/scan": ["query", "delta/storage", "delta/action", "delta/snapshot"],
  "delta/change-feed": ["delta/storage", "delta/action", "delta/log"],
  "delta/transaction": ["query", "delta/storage", "delta/action", "delta/log", "delta/snapshot", "delta/scan"],
  "delta/checkpoint": ["query", "delta/storage", "delta/action", "delta/log", "delta/snapshot", "delta/transaction"],
  "delta/statistics": ["query", "delta/storage", "delta/action", "delta/scan"],
  "delta/table": [
    ...["query", "delta/storage", "delta/action", "delta/log", "delta/snapshot", "delta/scan", "delta/transaction"],
    ...["delta/checkpoint", "delta/statistics", "delta/change-feed"],
  ],
  delta: ["delta/*"],

  "pipelines/diagnostics": ["query"],
  "pipelines/declaration": ["query", "pipelines/diagnostics"],
  "pipelines/api": ["query", "pipelines/diagnostics", "pipelines/declaration"],
  "pipelines/sql": ["query", "pipelines/diagnostics", "pipelines/declaration"],
  "pipelines/engine": ["query"],
  "pipelines/source": ["query", "pipelines/diagnostics", "pipelines/declaration", "pipelines/engine"],
  "pipelines/expectation": ["query", "pipelines/diagnostics", "pipelines/declaration", "pipelines/engine"],
  "pipelines/stateful": ["query"],
  "pipelines/cdc": ["query", "pipelines/diagnostics", "pipelines/declaration"],
  "pipelines/graph": [
    ...[
      "query",
      "pipelines/stateful",
      "pipelines/cdc",
      "pipelines/diagnostics",
      "pipelines/declaration",
      "pipelines/engine",
      "pipelines/source",
      "pipelines/expectation",
      "pipelines/sql",
    ],
  ],
  "pipelines/streaming": [
    "query",
    "pipelines/diagnostics",
    "pipelines/engine",
    "pipelines/source",
    "pipelines/expectation",
    "pipelines/stateful",
    "pipelines/cdc",
    "pipelines/graph",
  ],
  "pipelines/sink": [
    ...["query", "pipelines/declaration", "pipelines/engine", "pipelines/graph", "pipelines/streaming"],
  ],
  "pipelines/planner": ["query", "pipelines/diagnostics", "pipelines/engine", "pipelines/source", "pipelines/graph"],
  "pipelines/event-log": ["query", "pipelines/diagnostics", "pipelines/engine", "pipelines/graph"],
  "pipelines/restate": [
    ...["query", "pipelines/cdc", "pipelines/engine", "pipelines/expectation", "pipelines/graph"],
    ...["pipelines/streaming", "pipelines/planner"],
  ],
  "pipelines/update": [
    ...["pipelines/restate"],
    ...[
      "query",
      "pipelines/stateful",
      "pipelines/cdc",
      "pipelines/diagnostics",
      "pipelines/declaration",
      "pipelines/engine",
      "pipelines/source",
      "pipelines/expectation",
    ],
    ...["pipelines/graph", "pipelines/streaming", "pipelines/sink", "pipelines/planner", "pipelines/event-log"],
  ],
  "pipelines/replay": [
    ...[
      "query",
      "pipelines/diagnostics",
      "pipelines/engine",
      "pipelines/cdc",
      "pipelines/expectation",
      "pipelines/graph",
    ],
    ...["pipelines/streaming", "pipelines/planner", "pipelines/event-log", "pipelines/update"],
  ],
  "pipelines/streaming-query": [
    ...["query", "pipelines/diagnostics", "pipelines/declaration", "pipelines/engine", "pipelines/source"],
    ...["pipelines/graph", "pipelines/streaming", "pipelines/sink", "pipelines/event-log", "pipelines/update"],
  ],
  pipelines: ["pipelines/*"],

  "engine-duckdb/connection": ["query", "pipelines"],
  "engine-duckdb/payload": ["query", "engine-duckdb/connection"],
  "engine-duckdb/compile": ["query", "pipelines", "engine-duckdb/connection", "engine-duckdb/payload"],
  "engine-duckdb/read": [
    ...["query", "delta", "pipelines", "engine-duckdb/connection", "engine-duckdb/payload", "engine-duckdb/compile"],
  ],
  "engine-duckdb/write": [
    "query",
    "delta",
    "pipelines",
    "engine-duckdb/connection",
    "engine-duckdb/compile",
    "engine-duckdb/read",
  ],
  "engine-duckdb": ["query", "delta", "pipelines", "engine-duckdb/*"],

  "kafka/record": [],
  "kafka/staging": ["query", "kafka/record"],
  "kafka/offset": [],
  "kafka/client": ["pipelines", "kafka/record"],
  "kafka/registry": ["pipelines"],
  "kafka/option": ["query", "pipelines", "kafka/record", "kafka/client"],
  "kafka/source": [
    "query",
    "pipelines",
    "kafka/record",
    "kafka/staging",
    "kafka/offset",
    "kafka/client",
    "kafka/option",
  ],
  "kafka/sink": ["query", "pipelines", "kafka/record", "kafka/staging", "kafka/client", "kafka/option"],
  "kafka/connector": [
    ...["query", "pipelines", "kafka/client", "kafka/registry", "kafka/option", "kafka/source", "kafka/sink"],
  ],
  kafka: ["pipelines", "kafka/*"],

  "sluice/project": ["query", "pipelines"],
  "sluice/render": ["query", "pipelines"],
  "sluice/statement": ["query"],
  "sluice/notify": ["query", "pipelines", "sluice/project", "sluice/render"],
  "sluice/session": [
    ...["query", "delta", "pipelines", "engine-duckdb", "kafka", "sluice/project", "sluice/render", "sluice/statement"],
    "sluice/notify",
  ],
  "sluice/testing": ["query", "pipelines", "sluice/project", "sluice/session"],
  "sluice/command": ["query", "pipelines", "sluice/project", "sluice/session", "sluice/render", "sluice/statement"],
  sluice: ["query", "delta", "pipelines", "engine-duckdb", "sluice/*"],
};

const ROWS = Object.keys(MAY_IMPORT);
const sources = readdirSync(join(root, "packages"), { recursive: true, encoding: "utf8" })
  .map((path) => path.split(sep).join("/"))
  .filter((path) => /^[^/]+\/src\/.*\.ts$/.test(path) && !/\.test(-d)?\.ts$/.test(path));

/** `query/sql` for `query/src/sql/lexer.ts`; a file of its own row before its folder's; `query` for files right in `src`. */
function rowOf(source: string): string {
  const path = source.replace("/src/", "/");
  if (path in MAY_IMPORT) return path;
  const parts = path.split("/");
  return parts.length === 2 ? (parts[0] ?? "") : parts.slice(0, 2).join("/");
}

function importsOf(source: string): readonly string[] {
  const text = readFileSync(join(root, "packages", source), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

function importedRow(source: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return rowOf(posix.normalize(posix.join(posix.dirname(source), specifier)));
  const workspace = /^(?:@sluice\/([a-z-]+)|(sluice))$/.exec(specifier);
  return workspace ? (workspace[1] ?? workspace[2]) : undefined;
}

function allows(row: string, target: string): boolean {
  const allowed = MAY_IMPORT[row] ?? [];
  return row === target || allowed.includes(target) || allowed.includes(`${target.split("/")[0]}/*`);
}

describe("layers", () => {
  test("every row names only rows above it", () => {
    const below = ROWS.flatMap((row, place) =>
      (MAY_IMPORT[row] ?? [])
        .filter((target) => !target.endsWith("/*") && ROWS.indexOf(target) >= place)
        .map((target) => `${row} -> ${target}`),
    );
    expect(below).toEqual([]);
  });

  test("every folder has a row", () => {
    expect(sources.filter((source) => !(rowOf(source) in MAY_IMPORT))).toEqual([]);
  });

  test("every file imports only what its row allows", () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .map((specifier) => importedRow(source, specifier))
        .filter((target) => target !== undefined && !allows(rowOf(source), target))
        .map((target) => `${source} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("no folder is called utils, common, shared or helpers", () => {
    expect(sources.filter((source) => /\/(utils?|common|shared|helpers?)(\/|\.ts)/.test(source))).toEqual([]);
  });
});

describe("packages", () => {
  const manifests = readdirSync(join(root, "packages")).map((name) => ({
    name,
    json: JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest,
  }));

  test("the core packages have no runtime dependencies outside of the workspace", () => {
    const outside = manifests
      .filter(({ name }) => ["query", "delta", "pipelines"].includes(name))
      .flatMap(({ name, json }) =>
        Object.keys(json.dependencies ?? {})
          .filter((d) => !d.startsWith("@sluice/"))
          .map((d) => `${name}: ${d}`),
      );
    expect(outside).toEqual([]);
  });

  test("versions are exact", () => {
    const loose = manifests.flatMap(({ name, json }) =>
      Object.entries(json.dependencies ?? {})
        .filter(([, version]) => !/^\d/.test(version))
        .map(([d]) => `${name}: ${d}`),
    );
    expect(loose).toEqual([]);
  });

  test("each runtime dependency has a line of why in its package's README", () => {
    const silent = manifests.flatMap(({ name, json }) => {
      const readme = readFileSync(join(root, "packages", name, "README.md"), "utf8");
      return Object.keys(json.dependencies ?? {})
        .filter((d) => !d.startsWith("@sluice/") && !readme.includes(`\`${d}\``))
        .map((d) => `${name}: ${d}`);
    });
    expect(silent).toEqual([]);
  });
});

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

test("no file is longer than 500 lines", () => {
  const long = sources.filter(
    (source) => readFileSync(join(root, "packages", source), "utf8").split("\n").length > 500,
  );
  expect(long.map((source) => relative(root, source))).toEqual([]);
});
