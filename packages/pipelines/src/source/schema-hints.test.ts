import { array, BINARY, DATE, decimal, field, LONG, map, STRING, struct } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { applySchemaHints, parseSchemaHints } from "./schema-hints.ts";

const hinted = (text: string) =>
  applySchemaHints(
    struct([field("id", STRING), field("n", struct([field("a", STRING)])), field("tags", array(STRING))]),
    parseSchemaHints(text),
  );

describe("schema hints", () => {
  test("give types to columns and to what is inside of them; unknown columns stand at the end [F143]", () => {
    expect(
      hinted("ID BIGINT, n.a DATE, n.b DECIMAL(10, 2), tags.element LONG, m MAP<STRING, ARRAY<INT>>, m.value BINARY"),
    ).toEqual(
      struct([
        field("id", LONG),
        field("n", struct([field("a", DATE), field("b", decimal(10, 2))])),
        field("tags", array(LONG)),
        field("m", map(STRING, BINARY)),
      ]),
    );
  });

  test("make arrays, maps and structs of names alone", () => {
    expect(hinted("x.element.`a b` STRING, y.key LONG, z.deep.er LONG").fields.slice(3)).toEqual([
      field("x", array(struct([field("a b", STRING)]))),
      field("y", map(LONG, STRING)),
      field("z", struct([field("deep", struct([field("er", LONG)]))])),
    ]);
  });

  test.each(["id", "id INTT", "a.b", "id BIGINT extra"])("%s is refused with an example", (text) => {
    expect(() => hinted(`ok STRING, ${text}`)).toThrow(/schemaHints.*such as "id BIGINT"/s);
  });
});
