import { deflateSync, gzipSync } from "node:zlib";

/** Files, and how they are read by both sides. */
export interface FormatCase {
  readonly name: string;
  readonly format: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly options?: Readonly<Record<string, string>>;
  /** Columns as DDL; absent: both sides infer. */
  readonly schema?: string;
}

/** `{"a":3}` and a line end, packed by bzip2; Spark on its own has no Zstandard. */
const BZIP2 = Buffer.from(
  "425a6839314159265359b97714d500000359800010100008102000000a20002203650860114a1f177245385090b97714d5",
  "hex",
);

/** Hadoop's frame around one block of Snappy that holds eight bytes as they are. */
const SNAPPY = Buffer.concat([Buffer.from([0, 0, 0, 8, 0, 0, 0, 10, 8, 28]), Buffer.from('{"a":5}\n')]);

const ODD_JSON = [
  '{"a":1,"b":"x","c":1.5,"d":true,"e":null}',
  '{"a":"2","b":3,"c":"1.5","d":"true"}',
  "{'a':3,'b':'single'}",
  '{"a":4} trailing',
  '{"a":5}{"a":6}',
  '{"a":7,"a":8}',
  '{"a":9.0,"c":1e3}',
  '{"a":1e2,"c":NaN}',
  '{"a":92233720368547758079,"c":Infinity}',
  '{"a":',
  "",
  "   ",
  "null",
  "17",
  '"text"',
  "[]",
  '[{"a":10},{"a":11}]',
  '{"A":12}',
  '{"a":true,"b":{"x":1},"c":"NaN","d":1}',
  '{"b":[1, 2 ,"x"],"a":-0}',
  '{"b":"\\u00e9\\ud83d\\ude00 \\n"}',
  '{"b":"tab\there"}',
  '{"a":007}',
  "{a:13}",
  '/*c*/{"a":14}',
  '{"b":"\\q"}',
].join("\n");

const JSON_DDL = "a BIGINT, b STRING, c DOUBLE, d BOOLEAN, e STRING, _corrupt_record STRING";

const NESTED = [
  '{"s":{"x":1,"y":"t"},"l":[1,2,null],"m":{"k":1,"n":null}}',
  '{"s":{"x":"bad"},"l":[1,"x"],"m":{"k":"v"}}',
  '{"s":[1],"l":{"a":1},"m":[1]}',
  '{"s":null,"l":null,"m":{}}',
  '{"s":{},"l":[]}',
].join("\n");

const TIMES = [
  '{"d":"2024-01-31","t":"2024-01-31T12:34:56Z","n":"2024-01-31T12:34:56"}',
  '{"d":"2024-01-31T10:00:00","t":"2024-01-31 12:34:56.123456","n":"2024-01-31 12:34"}',
  '{"d":"31/01/2024","t":"2024-01-31","n":"x"}',
  '{"d":"2024-1-3","t":"2024-01-31T12:34:56+02:00","n":"2024-01-31T12:34:56.5"}',
  '{"d":19000,"t":1700000000,"n":1700000000}',
  '{"d":"","t":"","n":null}',
].join("\n");

const TIMES_DDL = "d DATE, t TIMESTAMP, n TIMESTAMP_NTZ";

const FOUND_TIMES = [
  '{"a":"2024-01-02","b":"2024","d":"2024-01-02T00:00:00Z","e":["2024-01-02",null],"f":{"g":"2024-01-02 10:00:00","h":"x"},"i":"2024-01-02"}',
  '{"j":"2024-01-02","k":null,"l":"","m":"epoch","n":[{"o":"2024-01-02"},{"o":"2025-01-02"}],"q":"2024-01-02 1:2:3","r":[],"s.t":"2024-01-02"}',
  '{"a":"2025-01-02","i":"x","j":5,"k":"2024-01-02","q":"2024-1-2","u":[["2024-01-02"],["2024"]]}',
].join("\n");

const PATTERNS =
  '{"d":"31/01/2024","t":"Jan 31, 2024 07:05 PM"}\n{"d":"2024-01-31","t":"2024-01-31T00:00:00"}\n{"d":"1/2/2024","t":"Feb 3, 2024 12:00 AM"}\n';

const ODD_CSV = [
  "a,b,c",
  "1,x,1.5",
  '2,"quoted, value",2',
  '3,"say ""hi""",3',
  '4,"back \\" slash",4',
  '5,"back \\\\",5',
  "6,,",
  '7,"",7',
  "8, padded ,8",
  '9," quoted padded ",9',
  "10,few",
  "11,many,11,12",
  'bad,"x"y,1',
  '12,a"b,1',
  "",
  "13,é😀,NaN",
  "14,tab\there,Inf",
  "15,null,-Inf",
  "#16,comment,1",
  '17,"open,1',
].join("\n");

const CSV_DDL = "a INT, b STRING, c DOUBLE, _corrupt_record STRING";

const BOOKS = `<?xml version="1.0"?>
<!-- <book id="0"/> -->
<catalog xmlns:x="urn:x">
  <book id="1"><author>A &amp; B</author><price>10.5</price><tag>one</tag><tag>two</tag><when>2024-01-31</when></book>
  <book id="2" lang="en"><author/><price>x</price><tag>one</tag><pages>17</pages></book>
  <book id="3"><author first="F">Text</author><x:extra>e</x:extra><nested><deep>1</deep><deep>2</deep></nested></book>
  <book id="4"/>
  <book id="5"><author><![CDATA[<raw>]]></author><price> 7 </price></book>
  <other><book id="6"><price>null</price></book></other>
</catalog>`;

const utf16 = (text: string) => Buffer.from(text, "utf16le");

function json(name: string, content: string, more: Partial<FormatCase> = {}): FormatCase {
  return { name: `json: ${name}`, format: "json", files: { "1.json": content }, ...more };
}

function csv(name: string, content: string, more: Partial<FormatCase> = {}): FormatCase {
  return { name: `csv: ${name}`, format: "csv", files: { "1.csv": content }, ...more };
}

/** Texts that are numbers together, or are not. */
const NUMBERS = [
  ...[["1.5"], ["1.50", "22.125"], ["1", "2.5"], ["1.5", "abc"], ["1e3"], ["1e-3"], ["1.5d"], ["12345678901234567890"]],
  ...[["12345678901234567890", "1.5"], ["123456789012345678901234567890123456789"], ["0.00"], ["-0.001"]],
  ...[["NaN", "1.5"], ["+1.5"], [".5"], ["5."], ["1,234.5"], ["1.5", "1e40"], ["00.5"], ["Infinity"]],
  ...[["0.1", "1234567890123456789012345678901234567"], ["9223372036854775807", "0.5"], ["1.5", "true"], ["00"]],
  ...[["0.12", "1234567890123456789012345678901234567"], ["9223372036854775808"]],
];

/** Two records with a field, and an attribute of another, for each list of texts. */
function numbers(): string {
  const record = (at: number) =>
    NUMBERS.flatMap((values, i) => {
      const value = values[at];
      return value === undefined ? [] : [`<a${i}>${value}</a${i}><b${i} k="${value}">text</b${i}>`];
    }).join("");
  return `<r><n>${record(0)}</n><n>${record(1)}</n></r>`;
}

function xml(name: string, content: string, more: Partial<FormatCase> = {}): FormatCase {
  const options = { rowTag: "book", ...more.options };
  return { name: `xml: ${name}`, format: "xml", files: { "1.xml": content }, ...more, options };
}

const LENIENT = {
  allowComments: "true",
  allowUnquotedFieldNames: "true",
  allowNumericLeadingZeros: "true",
  allowBackslashEscapingAnyCharacter: "true",
  allowUnquotedControlChars: "true",
};

/** The odd files. */
/** Patterns of times that Spark refuses: of the first a value is NULL, the second meant something else once. */
const REFUSED_PATTERNS: readonly FormatCase[] = ["Q", "yyyy-MM-dd E"].flatMap((pattern) =>
  ["dateFormat", "timestampFormat", "timestampNTZFormat"].flatMap((option) => [
    json(`${option} ${pattern}`, TIMES, { schema: TIMES_DDL, options: { [option]: pattern } }),
    csv(`${option} ${pattern}`, "2024-01-31,2024-01-31 12:00:00", {
      schema: "d DATE, t TIMESTAMP",
      options: { [option]: pattern },
    }),
    csv(`${option} ${pattern}, inferred`, "2024-01-31,1", { options: { [option]: pattern, inferSchema: "true" } }),
    csv(`${option} ${pattern}, no times`, "true,1", { options: { [option]: pattern, inferSchema: "true" } }),
  ]),
);

export const FORMAT_CASES: readonly FormatCase[] = [
  ...REFUSED_PATTERNS,
  json("repeated keys", '{"a":1,"a":2,"m":{"k":1,"k":2,"l":3}}\n{"a":"x","a":1}\n{"a":1,"a":null,"m":{"k":2,"k":1}}', {
    schema: "a INT, m MAP<STRING, INT>",
  }),
  json("times that are found", FOUND_TIMES, { options: { inferTimestamp: "true" } }),
  json("times that are found by a pattern", FOUND_TIMES, {
    options: { inferTimestamp: "true", timestampFormat: "yyyy-MM-dd", primitivesAsString: "true" },
  }),
  json("odd records", ODD_JSON, { schema: JSON_DDL }),
  json("odd records without a corrupt column", ODD_JSON, { schema: "a BIGINT, b STRING, c DOUBLE, d BOOLEAN" }),
  json("everything allowed", ODD_JSON, { schema: JSON_DDL, options: LENIENT }),
  json("nothing allowed", ODD_JSON, {
    schema: JSON_DDL,
    options: { allowSingleQuotes: "false", allowNonNumericNumbers: "false" },
  }),
  json("dropped", ODD_JSON, { schema: "a BIGINT, b STRING", options: { mode: "DROPMALFORMED" } }),
  json("failing", ODD_JSON, { schema: "a BIGINT, b STRING", options: { mode: "FAILFAST" } }),
  json("narrow numbers", '{"i":1,"s":40000,"f":1.1,"e":"x","m":12.345}\n{"i":3000000000,"s":1,"f":1e300,"m":"1.5"}\n', {
    schema: "i INT, s SMALLINT, f FLOAT, m DECIMAL(5,2)",
  }),
  json("nested", NESTED, { schema: "s STRUCT<x: BIGINT, y: STRING>, l ARRAY<BIGINT>, m MAP<STRING, BIGINT>" }),
  json(
    "nested, inferred",
    '{"s":{"x":1,"y":"t"},"l":[1,2.5,null],"e":[],"n":null}\n{"s":{"z":true},"l":null,"t":"x"}\n',
  ),
  json("inferred primitives", '{"a":1,"b":1.5,"c":"x","d":true,"e":12345678901234567890}\n{"a":2.5,"c":3}\n'),
  json("inferred as strings", '{"a":1,"b":{"x":1.50},"c":[true]}\n', { options: { primitivesAsString: "true" } }),
  json("dropped when all null", '{"a":1,"n":null,"e":[]}\n{"a":2}\n', {
    options: { dropFieldIfAllNull: "true" },
  }),
  json("times", TIMES, { schema: TIMES_DDL }),
  json("times in a zone", TIMES, { schema: TIMES_DDL, options: { timeZone: "America/New_York" } }),
  json("patterns", PATTERNS, {
    schema: "d DATE, t TIMESTAMP",
    options: { dateFormat: "dd/MM/yyyy", timestampFormat: "MMM d, yyyy hh:mm a" },
  }),
  json("many lines", '[\n {"a":1,\n  "b":"x"},\n {"a":2}\n]', {
    schema: "a BIGINT, b STRING",
    options: { multiLine: "true" },
  }),
  json("many lines, one object", '{\n "a":1\n}\n{"a":2}', { schema: "a BIGINT", options: { multiLine: "true" } }),
  json("many lines, inferred", '[{"a":1},\n{"b":"x"}]', { options: { multiline: "true" } }),
  json("many lines, broken", '[{"a":1},\n{"a":', {
    schema: "a BIGINT, _corrupt_record STRING",
    options: { multiLine: "true" },
  }),
  json("line ends", '{"a":1}\r\n{"a":2}\r{"a":3}\n', { schema: "a BIGINT" }),
  json("own line end", '{"a":1}|{"a":\n2}|', { schema: "a BIGINT", options: { lineSep: "|" } }),
  json("byte order mark", '\ufeff{"a":1}\n{"a":2}\n', { schema: "a BIGINT" }),
  json("UTF-16", "", {
    files: { "1.json": utf16('{"a":"é😀"}\n{"a":"x"}\n') },
    schema: "a STRING",
    options: { encoding: "UTF-16LE", lineSep: "\n" },
  }),
  json("Latin 1", "", {
    files: { "1.json": Buffer.from('{"a":"\u00e9\u0080"}\n', "latin1") },
    schema: "a STRING",
    options: { encoding: "ISO-8859-1", lineSep: "\n" },
  }),
  json("packed", "", {
    files: {
      "1.json.gz": gzipSync('{"a":1}\n'),
      "2.json.deflate": deflateSync('{"a":2}\n'),
      "3.json.bz2": BZIP2,
      "4.json.snappy": SNAPPY,
    },
    schema: "a BIGINT",
  }),
  json("a damaged gzip file", "", {
    files: { "1.json.gz": gzipSync('{"a":1}\n'.repeat(1000)).subarray(0, 40) },
    schema: "a BIGINT",
  }),
  csv("odd records", ODD_CSV, { schema: CSV_DDL, options: { header: "true" } }),
  csv("odd records by position", ODD_CSV, { schema: CSV_DDL }),
  csv("doubled quotes", ODD_CSV, { schema: CSV_DDL, options: { header: "true", escape: '"' } }),
  csv("dropped", ODD_CSV, { schema: "a INT, b STRING, c DOUBLE", options: { header: "true", mode: "DROPMALFORMED" } }),
  csv("failing", ODD_CSV, { schema: "a INT, b STRING, c DOUBLE", options: { header: "true", mode: "FAILFAST" } }),
  csv("comments, blanks and nulls", ODD_CSV, {
    schema: CSV_DDL,
    options: {
      header: "true",
      comment: "#",
      nullValue: "null",
      ignoreLeadingWhiteSpace: "true",
      ignoreTrailingWhiteSpace: "true",
      emptyValue: "EMPTY",
      nanValue: "nan",
      positiveInf: "inf",
      negativeInf: "-inf",
    },
  }),
  csv("header and schema in another order", "b,a\nx,1\ny,2\n", {
    schema: "a STRING, b STRING",
    options: { header: "true" },
  }),
  csv(
    "inferred",
    "i,d,b,day,at,s,big,e\n1,1.5,true,2024-01-01,2024-01-01T10:00:00,x,12345678901,\n-2,2,FALSE,2024-02-01,2024-01-01 11:00:00,y,1,\n",
    {
      options: { header: "true", inferSchema: "true" },
    },
  ),
  csv("inferred as text", "1,x\n2,y,z\n"),
  csv("separators of two letters", "a||b||c\n1||x|y||2\n", { options: { header: "true", sep: "||" } }),
  csv("tabs", "a\tb\n1\tx\n", { options: { header: "true", sep: "\\t" } }),
  csv("lines inside quotes", 'a,b\n1,"two\nlines"\n2,"x"\n', { options: { header: "true", multiLine: "true" } }),
  csv("lines inside quotes, not asked for", 'a,b\n1,"two\nlines"\n2,"x"\n', {
    schema: "a STRING, b STRING",
    options: { header: "true" },
  }),
  csv("digits that are no number", "a,b,c\n1_000,12_5,2\n3,1_0.5,4\n", {
    options: { header: "true", inferSchema: "true" },
  }),
  csv("digits that are no number, of a type", "1_000,12_5\n3,1_0.5\n", { schema: "a DOUBLE, b DECIMAL(10,2)" }),
  csv(
    "whole numbers beyond BIGINT",
    "a,b,c,d\n1,9223372036854775808,1,9223372036854775807\n-9223372036854775809,2.5,1e30,-9223372036854775808\n",
    {
      options: { header: "true", inferSchema: "true" },
    },
  ),
  csv("whole numbers of 38 digits and of 39", `a,b\n${"9".repeat(38)},${"9".repeat(39)}\n7,7\n`, {
    options: { header: "true", inferSchema: "true" },
  }),
  csv("blank lines of one column", 'a\nx\n\n""\n  \ny\n', { options: { header: "true" } }),
  csv("line ends", "a,b\r\n1,x\r\n2,y\r3,z\n", { options: { header: "true" } }),
  csv("no quotes", 'a,b\n"1",x"y\n', { options: { header: "true", quote: "" } }),
  csv("other quotes", "a;b\n1;'it''s; x'\n2;'a\\'b'\n", { options: { header: "true", sep: ";", quote: "'" } }),
  csv("escapes of escapes", 'a,b\n1,"x\\\\"\n2,"y\\\\\\"z"\n3,"~n"\n', { options: { header: "true" } }),
  csv("repeated names", "a,A,b,a,,x\n1,x,3,4,5,6\n", {
    options: { header: "true", inferSchema: "true", nullValue: "x" },
  }),
  csv("escapes of nothing", 'a,b\n1,"C:\\temp\\new"\n2,"\\N"\n3,\\N\n4,"x,\\y"\n', { options: { header: "true" } }),
  csv("comments in the middle", "a,b\n#x\n1,#5\n2,b#c\n3,4 # no comment\n", {
    options: { header: "true", comment: "#" },
  }),
  csv("blanks before quotes", 'a, "b",c\n1, "y",4\n "z",5,6\n7,8, "9"\n', { options: { header: "true" } }),
  csv("blanks before quotes that hold a separator", 'a,b,c\n1, "x, y",2\n', { options: { header: "true" } }),
  csv("well-formed records with values that do not fit", "1,x,2.5\ny,z,3\n", { schema: CSV_DDL }),
  csv("times", "d,t\n2024-01-31,2024-01-31T12:34:56Z\n2024-01-31 10:00:00,2024-01-31\n31/01/2024,x\n,\n", {
    schema: "d DATE, t TIMESTAMP",
    options: { header: "true" },
  }),
  csv("patterns", 'd,t\n31/01/2024,"Jan 31, 2024 07:05 PM"\n2024-01-31,x\n', {
    schema: "d DATE, t TIMESTAMP",
    options: { header: "true", dateFormat: "dd/MM/yyyy", timestampFormat: "MMM d, yyyy hh:mm a" },
  }),
  csv(
    "values of all types",
    "1,2,3,1.5,2.25,9.99,true,x\n300,40000,3000000000,x,1e400,12345.678,yes,\n1.0,-,+3,.5,NaN,1e2,TRUE,y\n",
    {
      schema: "a TINYINT, b SMALLINT, c INT, d FLOAT, e DOUBLE, f DECIMAL(6,2), g BOOLEAN, h BINARY",
    },
  ),
  csv("packed", "", { files: { "1.csv.gz": gzipSync("1,x\n2,y\n") } }),
  csv("Latin 1", "", { files: { "1.csv": Buffer.from("1,\u00e9\n", "latin1") }, options: { encoding: "ISO-8859-1" } }),
  csv("an empty file", ""),
  csv("a header alone", "a,b\n", { options: { header: "true" } }),
  xml("books, inferred", BOOKS),
  xml("books with a schema", BOOKS, {
    schema:
      "_id BIGINT, _lang STRING, author STRING, price DOUBLE, tag ARRAY<STRING>, pages INT, `when` DATE, nested STRUCT<deep: ARRAY<BIGINT>>",
  }),
  xml("books without attributes", BOOKS, {
    schema: "author STRING, price STRING, tag STRING",
    options: { excludeAttribute: "true" },
  }),
  xml("values beside attributes", BOOKS, {
    schema: "_id STRING, author STRUCT<_first: STRING, _VALUE: STRING>",
  }),
  xml("other names", BOOKS, {
    schema: "`@id` STRING, author STRUCT<`@first`: STRING, `#text`: STRING>",
    options: { attributePrefix: "@", valueTag: "#text" },
  }),
  xml("blanks kept", BOOKS, { schema: "price STRING", options: { ignoreSurroundingSpaces: "false" } }),
  xml("own null", BOOKS, { schema: "_id INT, author STRING, price STRING", options: { nullValue: "10.5" } }),
  xml("namespaces left out", BOOKS, { schema: "_id INT, extra STRING", options: { ignoreNamespace: "true" } }),
  xml("decimals, inferred", numbers(), { options: { rowTag: "n", prefersDecimal: "true" } }),
  xml("doubles, inferred", numbers(), { options: { rowTag: "n" } }),
  xml("packed", "", { files: { "1.xml.gz": gzipSync(BOOKS) }, schema: "_id INT" }),
  { name: "text: lines", format: "text", files: { "1.txt": "a\n\n b \r\nc\rd\u0000e\u0001f" } },
  { name: "text: whole", format: "text", files: { "1.txt": "a\r\nb\n" }, options: { wholetext: "true" } },
  { name: "text: own line end", format: "text", files: { "1.txt": "a;b\n;c" }, options: { lineSep: ";" } },
  { name: "text: packed", format: "text", files: { "1.txt.gz": gzipSync("a\nb") } },
  { name: "text: damaged bytes", format: "text", files: { "1.txt": Buffer.from([0x61, 0xff, 0x62, 0x0a, 0x63]) } },
];
