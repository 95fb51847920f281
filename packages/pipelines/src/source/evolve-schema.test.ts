import { array, DOUBLE, field, INTEGER, LONG, STRING, struct } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { evolvedSchema, schemaChanges, tidySchema } from "./evolve-schema.ts";

const KNOWN = struct([
  field("id", INTEGER),
  field("n", struct([field("a", LONG)])),
  field("items", array(struct([field("x", LONG)]))),
]);

describe("a schema that evolves", () => {
  test("gets new columns and new nested fields at the end and keeps its types [F140]", () => {
    const found = struct([
      field("later", STRING),
      field("ID", LONG),
      field("n", struct([field("b", STRING), field("a", STRING)])),
      field("items", array(struct([field("y", LONG)]))),
    ]);
    const next = evolvedSchema(KNOWN, found, "Keep");
    expect(next).toEqual(
      struct([
        field("id", INTEGER),
        field("n", struct([field("a", LONG), field("b", STRING)])),
        field("items", array(struct([field("x", LONG), field("y", LONG)]))),
        field("later", STRING),
      ]),
    );
    expect(schemaChanges(KNOWN, next)).toEqual(["n.b string", "items.element.y bigint", "later string"]);
    expect(evolvedSchema(next, found, "Keep")).toEqual(next);
  });

  test("leaves out names that a table cannot hold, and makes text of objects without members", () => {
    const odd = struct([field("a b", STRING), field("", STRING), field("_file_path", STRING), field("o", struct([]))]);
    expect(evolvedSchema(struct([]), odd, "Keep")).toEqual(struct([field("o", STRING)]));
  });

  test("widens types only when asked to, and only as far as Delta does [F141]", () => {
    const found = struct([field("id", LONG)]);
    expect(evolvedSchema(KNOWN, found, "Keep")).toEqual(KNOWN);
    expect(evolvedSchema(KNOWN, found, "Widen").fields[0]).toEqual(field("id", LONG));
    expect(evolvedSchema(struct([field("id", LONG)]), struct([field("id", DOUBLE)]), "Widen").fields[0]).toEqual(
      field("id", LONG),
    );
  });

  test("of names that differ in case only the first is a column", () => {
    expect(tidySchema(struct([field("id", LONG), field("ID", STRING)]))).toEqual(struct([field("id", LONG)]));
  });
});
