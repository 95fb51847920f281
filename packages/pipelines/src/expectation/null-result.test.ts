import { analyzeCondition, BOOLEAN, DOUBLE, LONG, parseExpression, STRING, type Typed } from "@sluice/query";
import { expect, test } from "vitest";
import { columnsThatMakeNull, refusesNull, refusesText, textThatMakesNull } from "./null-result.ts";

const COLUMNS = [
  { id: 1, name: "id", dataType: LONG, nullable: true, metadata: {} },
  { id: 2, name: "amount", dataType: DOUBLE, nullable: true, metadata: {} },
  { id: 3, name: "status", dataType: STRING, nullable: true, metadata: {} },
  { id: 4, name: "known", dataType: LONG, nullable: false, metadata: {} },
  { id: 5, name: "flag", dataType: BOOLEAN, nullable: true, metadata: {} },
];

function condition(text: string): Typed {
  return analyzeCondition(parseExpression(text), COLUMNS, { ansi: false, timeZone: "UTC" });
}

test.each([
  ["amount > 0", ["amount"]],
  ["known > 0", []],
  ["id IS NOT NULL", []],
  ["amount IS NOT NULL AND amount > 0", []],
  ["amount > 0 AND amount IS NOT NULL", []],
  ["amount IS NULL OR amount > 0", []],
  ["amount > 0 AND amount < 100 AND id = 1", ["amount", "id"]],
  ["status IN ('a', 'b')", ["status"]],
  ["status NOT IN ('a', 'b')", ["status"]],
  ["coalesce(amount, 0) > 0", []],
  ["amount <=> 1", []],
  ["amount BETWEEN 1 AND 2", ["amount"]],
  ["length(trim(status)) > 0", ["status"]],
  ["flag", ["flag"]],
  ["NOT flag", ["flag"]],
  ["flag IS TRUE", []],
  ["CASE WHEN amount > 0 THEN true ELSE false END", []],
  ["CASE WHEN id IS NULL THEN false ELSE amount > 0 END", ["amount"]],
  ["if(amount IS NULL, true, amount > 1)", []],
  ["id = 1 OR known = 2", ["id"]],
])("%s may be NULL because of %j", (text, columns) => {
  expect(columnsThatMakeNull(condition(text))).toEqual(columns);
});

test.each([
  ["amount IS NOT NULL", true],
  ["amount IS NOT NULL AND amount > 0", true],
  ["amount > 0", false],
  ["coalesce(amount, 0) > 0", false],
])("%s refuses a NULL amount: %s", (text, refuses) => {
  expect(refusesNull(condition(text), "AMOUNT")).toBe(refuses);
});

test.each([
  ["status > 0", ["status INT"]],
  ["0 < CAST(status AS BIGINT) AND status < 1.5", ["status BIGINT", "status DOUBLE"]],
  ["CAST(status AS INT) IS NOT NULL AND status > 0", []],
  ["coalesce(try_cast(status AS DATE), date'2024-01-01') > date'2020-01-01'", []],
  ["status > 'a'", []],
  ["CAST(id AS INT) > 0", []],
])("%s may be NULL because of text that is none: %j", (text, casts) => {
  expect(textThatMakesNull(condition(text)).map(({ column, type }) => `${column} ${type}`)).toEqual(casts);
});

test.each([
  ["CAST(status AS INT) IS NOT NULL", true],
  ["CAST(status AS INT) IS NOT NULL AND id > 0", true],
  ["CAST(status AS BIGINT) IS NOT NULL", false],
  ["status IS NOT NULL", false],
])("%s refuses text that is no INT: %s", (text, refuses) => {
  expect(refusesText(condition(text), { column: "status", type: "INT" })).toBe(refuses);
});
