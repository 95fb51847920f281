import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { array, BINARY, field, INTEGER, STRING, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { framedRow } from "./framed-row.ts";

const HEADERS = array(struct([field("key", STRING), field("it's", BINARY)]));

/** Length, or count, then bytes. */
function framed(...parts: readonly (number | string)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from(part);
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(part);
      return bytes;
    }),
  );
}

test("rows are columns with their lengths, arrays with their counts, NULLs without bytes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-framed-"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const columns = [
    { sql: "b", dataType: BINARY },
    { sql: "s", dataType: STRING },
    { sql: "i", dataType: INTEGER },
    { sql: "h", dataType: HEADERS },
  ];
  const pair = (key: string, value: string) => `{'key': ${key}, 'it''s': ${value}}`;
  const rows = [
    `('ab'::BLOB, 'größe', 258, [${pair("'k'", "'v'::BLOB")}, ${pair("''", "NULL")}])`,
    "(NULL, NULL, NULL, NULL)",
    "(''::BLOB, '', -1, [])",
  ];
  try {
    const path = join(folder, "rows");
    const types = `h::STRUCT(key VARCHAR, "it's" BLOB)[] AS h`;
    const source = `SELECT b, s, i, ${types} FROM (VALUES ${rows.join(", ")}) t(b, s, i, h)`;
    await connection.run(`COPY (SELECT ${framedRow(columns)} FROM (${source})) TO '${path}' (FORMAT blob)`);
    const first = framed(2, "ab", 7, "größe", 4, 258, 2, 1, "k", 1, "v", 0, -1);
    expect(readFileSync(path)).toEqual(Buffer.concat([first, framed(-1, -1, -1, -1), framed(0, 0, 4, -1, 0)]));
  } finally {
    connection.closeSync();
    rmSync(folder, { recursive: true });
  }
  expect(() => framedRow([{ sql: "a", dataType: array(STRING) }])).toThrow("arrays of string cannot be framed");
});
