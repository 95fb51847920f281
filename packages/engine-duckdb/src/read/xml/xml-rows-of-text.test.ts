import fc from "fast-check";
import { expect, test } from "vitest";
import { XmlSplitter } from "./xml-rows-of-text.ts";

const PIECES = [
  "<row>",
  "</row>",
  "<row a='>'>",
  "<row/>",
  "<rows>",
  "</rows>",
  "text",
  "<!-- <row> -->",
  "<![CDATA[</row>]]>",
  "<?row?>",
  "<x/>",
];

function rowsOf(pieces: readonly string[]): readonly string[] {
  const splitter = new XmlSplitter("row");
  return [...pieces.flatMap((piece) => splitter.push(piece, false)), ...splitter.push("", true)];
}

test("the rows of a text are the same however it is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      expect(rowsOf([...text])).toEqual(rowsOf([text]));
    }),
  );
});

test("elements of the name, those inside them included, are rows; comments, CDATA and other names are not", () => {
  expect(rowsOf(["<r><!-- <row/> --><row>1<row>2</row></row><rows/><row/><![CDATA[<row/>]]><row>open"])).toEqual([
    "<row>1<row>2</row></row>",
    "<row/>",
    "<row>open",
  ]);
});
