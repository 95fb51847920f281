import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QueryError } from "@sluice/query";
import { describe, expect, it } from "vitest";
import { closestMatch } from "./closest-match.ts";
import { formatDiagnostic } from "./format.ts";
import { fromQueryError, isPipelineError, PipelineError, PipelineErrors } from "./pipeline-error.ts";

describe("closestMatch", () => {
  it("finds the name that was meant, whatever its case, dots and underscores", () => {
    const names = ["bronze_orders", "silver_orders", "gold_daily_sales"];
    expect(closestMatch("sliver_orders", names)).toBe("silver_orders");
    expect(closestMatch("BronzeOrders", names)).toBe("bronze_orders");
    expect(closestMatch("golddailysale", names)).toBe("gold_daily_sales");
  });

  it("finds nothing where nothing is near", () => {
    expect(closestMatch("customers", ["bronze_orders"])).toBeUndefined();
    expect(closestMatch("x", [])).toBeUndefined();
  });
});

describe("PipelineError", () => {
  it("says what is wrong with the person's own names, and what to do next", () => {
    const error = new PipelineError("DATASET_NOT_FOUND", { dataset: "sliver", reader: "gold", closest: "silver" });
    expect(error.message).toBe('There is no dataset or table "sliver", which "gold" reads.');
    expect(error.next).toBe('Did you mean "silver"?');
    expect(error.severity).toBe("error");
    expect(isPipelineError(error)).toBe(true);
  });

  it("[F15] names the other place of a dataset declared twice", () => {
    const first = { file: "/p/a.ts", line: 3, column: 5 };
    const error = new PipelineError("DATASET_DECLARED_TWICE", { dataset: "orders", first });
    expect(error.message).toBe('Dataset "orders" is declared twice, also at /p/a.ts:3:5.');
  });

  it("shows a circle of datasets as a path", () => {
    expect(new PipelineError("DATASET_CYCLE", { path: ["a", "b", "a"] }).message).toContain("a -> b -> a");
  });

  it("makes one error of each problem of a query, at its own place", () => {
    const own = { file: "/p/b.ts", line: 9, column: 1 };
    const outer = { file: "/p/a.ts", line: 1, column: 1 };
    const query = new QueryError([
      {
        condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        message: "There is no column `x`.",
        parameters: {},
        origin: own,
      },
      { condition: "PARSE_SYNTAX_ERROR", message: "Syntax error.", parameters: {} },
    ]);
    const errors = fromQueryError(query, "silver", outer);
    expect(errors.map((error) => [error.code, error.condition, error.origin])).toEqual([
      ["QUERY_PROBLEM", "UNRESOLVED_COLUMN.WITH_SUGGESTION", own],
      ["QUERY_PROBLEM", "PARSE_SYNTAX_ERROR", outer],
    ]);
    expect(errors[0]?.message).toBe('In "silver": There is no column `x`.');
  });

  it("travels in company as one exception", () => {
    const errors = [new PipelineError("NO_DATASETS", { project: "p" })];
    expect(new PipelineErrors(errors)).toMatchObject({ errors, message: expect.stringContaining("[NO_DATASETS]") });
  });
});

describe("formatDiagnostic", () => {
  it("shows the place, the line with a caret and the next step", () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-format-"));
    const file = join(folder, "gold.ts");
    writeFileSync(file, 'one\nexport const gold = dlt.table({ name: "gold" }, q);\n');
    const error = new PipelineError(
      "DATASET_DECLARED_TWICE",
      { dataset: "gold" },
      { origin: { file, line: 2, column: 21 } },
    );
    expect(formatDiagnostic(error, { relativeTo: folder })).toBe(
      [
        'error [DATASET_DECLARED_TWICE] Dataset "gold" is declared twice.',
        "  at gold.ts:2:21",
        '  2 | export const gold = dlt.table({ name: "gold" }, q);',
        "    |                     ^",
        "  next: Rename one of them, or write into one table from several queries with dlt.appendFlow.",
      ].join("\n"),
    );
  });

  it("marks the SQL text at fault, and leaves out a file that cannot be read", () => {
    const text = "amount >\n 0 AND foo = 1";
    const span = { text, start: text.indexOf("foo"), end: text.indexOf("foo") + 3 };
    const problem = { condition: "UNRESOLVED_COLUMN", message: "No column `foo`.", parameters: {}, span };
    const origin = { file: "/nowhere/a.ts", line: 1, column: 1 };
    const lines = formatDiagnostic(new PipelineError("QUERY_PROBLEM", { problem }, { origin })).split("\n");
    expect(lines).toEqual([
      "error [UNRESOLVED_COLUMN] No column `foo`.",
      "  at /nowhere/a.ts:1:1",
      "  sql |  0 AND foo = 1",
      "      |        ^^^",
    ]);
  });

  it("paints only when asked to", () => {
    const error = new PipelineError("FILE_DECLARED_NOTHING", { file: "a.ts" });
    expect(formatDiagnostic(error)).toMatch(/^warning/);
    expect(formatDiagnostic(error, { color: true })).toContain("\u001b[33mwarning");
  });
});
