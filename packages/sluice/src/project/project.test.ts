import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PipelineErrors } from "@sluice/pipelines";
import { describe, expect, it } from "vitest";
import { evaluateSources } from "./evaluate-sources.ts";
import { globExpression } from "./glob.ts";
import { loadProject } from "./load-project.ts";
import { sourceFiles } from "./source-files.ts";

function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-project-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function errorsOf(files: Readonly<Record<string, string>>): Promise<PipelineErrors["errors"]> {
  try {
    await loadProject(project(files));
  } catch (error) {
    return (error as PipelineErrors).errors;
  }
  throw new Error("nothing was thrown");
}

const ORDERS = `import { dlt, spark, type DataFrame } from "sluice";

interface Options { readonly path: string }
const options: Options = { path: "data/orders" };

export const orders = dlt.table(
  { name: "orders" },
  (): DataFrame =>
    spark.readStream.format("json")
      .load(options.path)
      .distinct(),
);
`;

describe("sourceFiles", () => {
  it("looks only below the folders that the patterns name, also beside the project, and passes over those that are gone", async () => {
    const folder = project({
      "one/sluice.yml": "libraries: [{glob: {include: '../shared/**'}}, 'sql/{a,b}/*.sql', one.ts, 'gone/**']",
      ...{ "shared/deep/s.sql": "", "one/sql/a/x.sql": "", "one/sql/c/y.sql": "", "one/one.ts": "", "one/two.ts": "" },
    });
    const { files, errors } = sourceFiles(await loadProject(join(folder, "one")));
    expect(files).toEqual(["shared/deep/s.sql", "one/one.ts", "one/sql/a/x.sql"].map((file) => join(folder, file)));
    expect(errors).toEqual([]);
  });
});

describe("loadProject", () => {
  it("has a default for every setting", async () => {
    const folder = project({ "transformations/a.ts": "" });
    const { settings, libraries } = await loadProject(folder);
    expect(settings).toMatchObject({
      name: folder.split("/").at(-1),
      schema: "default",
      storage: join(folder, ".sluice"),
      projectDir: folder,
      configuration: {},
      mounts: {},
      ansi: false,
      timeZone: "UTC",
    });
    expect(libraries).toEqual(["transformations/**"]);
  });

  it("reads sluice.yml, resolves paths against the folder and lets overrides win", async () => {
    const folder = project({
      "sluice.yml": [
        "name: medallion",
        "target: main.medallion_db",
        "storage: out",
        "libraries: [{glob: {include: 'src/**'}}, {file: {path: one.ts}}, 'more/*.ts']",
        "configuration: {source_path: /mnt/x, n: 3, flag: true, spark.sql.ansi.enabled: true}",
        "mounts: {/mnt/raw: data/raw, 's3://b': 's3://c'}",
      ].join("\n"),
    });
    const loaded = await loadProject(folder, { storage: "s3://bucket/x", configuration: { n: "4" } });
    expect(loaded.settings).toMatchObject({
      name: "medallion",
      catalog: "main",
      schema: "medallion_db",
      storage: "s3://bucket/x",
      configuration: { source_path: "/mnt/x", n: "4", flag: "true" },
      mounts: { "/mnt/raw": join(folder, "data/raw"), "s3://b": "s3://c" },
      ansi: true,
    });
    expect(loaded.libraries).toEqual(["src/**", "one.ts", "more/*.ts"]);
    expect((await loadProject(folder)).settings.storage).toBe(join(folder, "out"));
  });

  it("refuses unknown keys at their line, with the nearest name, all at once", async () => {
    const errors = await errorsOf({ "sluice.yml": "name: x\nstorrage: y\n\nphoton: true\nschema: 3\n" });
    expect(errors.map((error) => [error.code, error.origin?.line, error.next]).sort()).toEqual(
      [
        ["INVALID_SETTING", 5, undefined],
        ["UNKNOWN_SETTING", 2, 'Did you mean "storage"?'],
        ["UNSUPPORTED_FEATURE", 4, expect.stringContaining("leave it out")],
      ].sort(),
    );
  });

  it("takes continuous for production unless told otherwise [F91]", async () => {
    const continuous = { "sluice.yml": "continuous: true\n" };
    expect((await loadProject(project(continuous))).settings).toMatchObject({ continuous: true, development: false });
    expect((await loadProject(project({}))).settings).toMatchObject({ continuous: false, development: true });
    const both = { "sluice.yml": "continuous: true\ndevelopment: true\n" };
    expect((await loadProject(project(both))).settings).toMatchObject({ continuous: true, development: true });
  });

  it("refuses intervals and numbers of retries that cannot be read, at their lines [F90]", async () => {
    const yml = "configuration:\n  pipelines.trigger.interval: 5 fortnights\n  pipelines.numUpdateRetryAttempts: -1\n";
    const errors = await errorsOf({ "sluice.yml": yml });
    expect(errors.map((error) => [error.code, error.origin?.line])).toEqual([
      ["INVALID_SETTING", 2],
      ["INVALID_SETTING", 3],
    ]);
    expect(errors[0]?.message).toContain('"10 seconds"');
    const wrong = loadProject(project({}), { configuration: { "pipelines.trigger.interval": "0 seconds" } });
    await expect(wrong).rejects.toMatchObject({ errors: [{ code: "INVALID_SETTING" }] });
  });

  it("refuses text that is no YAML", async () => {
    expect((await errorsOf({ "sluice.yml": "name: [\n" }))[0]).toMatchObject({ code: "SETTINGS_NOT_READ" });
  });

  it("names a folder that is not there", async () => {
    await expect(loadProject("/no/such/folder")).rejects.toMatchObject({ errors: [{ code: "PROJECT_NOT_FOUND" }] });
  });
});

describe("evaluateSources", () => {
  it("loads TypeScript and JavaScript without a build, and gives the places in the files as written", async () => {
    const folder = project({
      "transformations/orders.ts": ORDERS,
      "transformations/deep/plain.mjs":
        'import { dlt } from "sluice";\ndlt.view(function plain() { return dlt.read("orders"); });\n',
      "transformations/orders.test.ts": "throw new Error('a test is no source');",
    });
    const { declarations, diagnostics } = await evaluateSources(await loadProject(folder));
    expect(diagnostics).toEqual([]);
    expect(declarations.datasets.map(({ name, origin }) => [name, origin])).toEqual([
      ["plain", { file: join(folder, "transformations/deep/plain.mjs"), line: 2, column: 5 }],
      ["orders", { file: join(folder, "transformations/orders.ts"), line: 6, column: 27 }],
    ]);
    const relation = declarations.flows[1]?.query().relation;
    expect(relation).toMatchObject({
      kind: "Deduplicate",
      origin: { file: join(folder, "transformations/orders.ts"), line: 11, column: 8 },
      input: { kind: "DataSource", paths: ["data/orders"], origin: { line: 10 } },
    });
  });

  it("evaluates every file once, however it is imported, and anew each time", async () => {
    const folder = project({
      "transformations/a.ts":
        'import { b } from "./b.ts";\nimport { dlt } from "sluice";\nexport const a = dlt.table({ name: "a" }, () => b.read());\n',
      "transformations/b.ts":
        'import type {} from "./a.ts";\nimport { dlt, spark } from "sluice";\nimport { path } from "../shared/path.js";\nexport const b = dlt.table({ name: "b" }, () => spark.read.json(path));\n',
      "shared/path.ts": 'export const path = spark_path();\nfunction spark_path(): string { return "one"; }\n',
      "package.json": '{ "type": "module" }',
    });
    const loaded = await loadProject(folder);
    const first = await evaluateSources(loaded);
    expect(first.diagnostics).toEqual([]);
    expect(first.declarations.datasets.map((dataset) => dataset.name)).toEqual(["b", "a"]);
    writeFileSync(join(folder, "shared/path.ts"), 'export const path = "two";\n');
    const second = await evaluateSources(loaded);
    expect(second.declarations.datasets.map((dataset) => dataset.name)).toEqual(["b", "a"]);
    expect(second.declarations.flows[0]?.query().relation).toMatchObject({ paths: ["two"] });
  });

  it("loads files that import each other", async () => {
    const folder = project({
      "transformations/a.ts":
        'import { dlt } from "sluice";\nimport { b } from "./b.ts";\nexport const a = dlt.table({ name: "a" }, () => b.read());\n',
      "transformations/b.ts":
        'import { dlt } from "sluice";\nimport { a } from "./a.ts";\nexport const b = dlt.table({ name: "b" }, () => a.read());\n',
    });
    const { declarations, diagnostics } = await evaluateSources(await loadProject(folder));
    expect(diagnostics).toEqual([]);
    expect(declarations.flows.map((flow) => flow.query().relation)).toMatchObject([
      { name: ["LIVE", "a"] },
      { name: ["LIVE", "b"] },
    ]);
  });

  it("reports what a broken file throws, once and at its line, and reads the others", async () => {
    const folder = project({
      "transformations/a.ts":
        'import "./broken.ts";\nimport { dlt } from "sluice";\ndlt.table({ name: "a" }, () => dlt.read("x"));\n',
      "transformations/broken.ts": "interface A {\n  a: number;\n}\nconst list: A[] = [];\nconsole.log(list[0].a);\n",
      "transformations/good.ts": ORDERS,
    });
    const { declarations, diagnostics } = await evaluateSources(await loadProject(folder));
    expect(declarations.datasets.map((dataset) => dataset.name)).toEqual(["orders"]);
    expect(diagnostics).toMatchObject([
      {
        code: "FILE_NOT_LOADED",
        message: expect.stringContaining("reading 'a'"),
        origin: { file: join(folder, "transformations/broken.ts"), line: 5, column: 21 },
      },
    ]);
  });

  it("reports syntax errors, unknown modules and misuse at their places", async () => {
    const folder = project({
      "transformations/module.ts": 'import { x } from "no-such-module";\nconsole.log(x);\n',
      "transformations/option.ts":
        'import { dlt } from "sluice";\n\ndlt.table({ name: "a", comnent: "x" }, () => dlt.read("x"));\n',
      "transformations/syntax.ts": "const a: number = 1;\nconst b = ;\n",
    });
    const { diagnostics } = await evaluateSources(await loadProject(folder));
    expect(diagnostics.map((error) => [error.code, error.origin?.file.split("/").at(-1), error.origin?.line])).toEqual([
      ["FILE_NOT_LOADED", "module.ts", 1],
      ["UNKNOWN_OPTION", "option.ts", 3],
      ["FILE_NOT_LOADED", "syntax.ts", 2],
    ]);
  });

  it("refuses Python files by name, warns of files that declare nothing, and of no files at all", async () => {
    const folder = project({
      "transformations/a.py": "import dlt",
      "transformations/b.ipynb": "{}",
      "transformations/idle.ts": "export const x = 1;\n",
      "transformations/rules.ts": "export const rules = {};\n",
      "transformations/z.ts": `import { rules } from "./rules.ts";\n${ORDERS}console.assert(rules);\n`,
    });
    const { diagnostics } = await evaluateSources(await loadProject(folder));
    expect(diagnostics.map((error) => [error.code, error.severity, error.message])).toEqual([
      ["UNSUPPORTED_FEATURE", "error", 'The source file "transformations/a.py" is not supported.'],
      ["UNSUPPORTED_FEATURE", "error", 'The Jupyter notebook "transformations/b.ipynb" is not supported.'],
      ["FILE_DECLARED_NOTHING", "warning", expect.stringContaining("idle.ts")],
    ]);
    const empty = await evaluateSources(await loadProject(project({})));
    expect(empty.diagnostics).toMatchObject([{ code: "NO_SOURCE_FILES" }]);
  });

  it("[F100] evaluates SQL files beside TypeScript files, in one pipeline", async () => {
    const folder = project({
      "sluice.yml": "configuration: {source: data/orders}\n",
      "transformations/a.ts": ORDERS,
      "transformations/deep/b.sql":
        "CREATE MATERIALIZED VIEW b AS SELECT * FROM orders;\nSELECT 1;\nCREATE TABLE x (a INT)",
    });
    const { declarations, diagnostics } = await evaluateSources(await loadProject(folder));
    expect(declarations.datasets.map((one) => [one.name, one.origin.line])).toEqual([
      ["orders", expect.any(Number)],
      ["b", 1],
    ]);
    expect(diagnostics.map((one) => [one.message, one.origin?.line, one.origin?.column])).toEqual([
      ["SELECT in a pipeline's file is not supported.", 2, 1],
      ["CREATE TABLE in a pipeline's file is not supported.", 3, 1],
    ]);
  });

  it("[F36] lets files read the configuration while they load", async () => {
    const folder = project({
      "sluice.yml": "configuration: {regions: 'eu,us'}\n",
      "transformations/a.ts":
        'import { dlt, spark } from "sluice";\nfor (const r of spark.conf.get("regions").split(",")) dlt.view({ name: r }, () => dlt.read("x"));\n',
    });
    const { declarations } = await evaluateSources(await loadProject(folder));
    expect(declarations.datasets.map((dataset) => dataset.name)).toEqual(["eu", "us"]);
  });

  it("gives files the packages of this process", async () => {
    const folder = project({
      "transformations/a.ts":
        'import * as s from "sluice";\nimport { Column } from "@sluice/query";\nif (s.Column !== Column) throw new Error("two copies");\ns.dlt.view({ name: "a" }, () => s.dlt.read("x"));\n',
    });
    expect((await evaluateSources(await loadProject(folder))).diagnostics).toEqual([]);
  });
});

describe("globExpression", () => {
  it.each([
    ["transformations/**", "transformations/a/b.ts", true],
    ["transformations/**", "transformations2/a.ts", false],
    ["src/**/*.ts", "src/a.ts", true],
    ["src/**/*.ts", "src/a/b/c.ts", true],
    ["src/*.ts", "src/a/b.ts", false],
    ["./a.{ts,js}", "a.js", true],
    ["a+b?.ts", "a+bc.ts", true],
  ])("%s against %s is %s", (pattern, path, expected) => {
    expect(globExpression(pattern).test(path)).toBe(expected);
  });
});
