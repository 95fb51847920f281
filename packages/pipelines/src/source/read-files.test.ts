import { collectLeaves, parseQuery, reader } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { isPipelineErrors } from "../diagnostics/pipeline-error.ts";
import { withFileReads } from "./read-files.ts";

const ORIGIN = { file: "/p/a.sql", line: 1, column: 1 };

function leaf(from: string): unknown {
  const [found] = collectLeaves(withFileReads(parseQuery(`SELECT * FROM ${from}`, ORIGIN)));
  return found;
}

function mistakes(from: string): readonly string[] {
  try {
    leaf(from);
    return [];
  } catch (error) {
    if (!isPipelineErrors(error)) throw error;
    return error.errors.map((one) => `${one.origin?.column} ${one.message}${one.next ? ` ${one.next}` : ""}`);
  }
}

describe("read_kafka", () => {
  test("is a read of the format kafka, its options as given [F47]", () => {
    const call =
      "read_kafka(bootstrapServers => 'a:9092', subscribe => 'orders', `kafka.security.protocol` => 'SASL_SSL')";
    const read = {
      ...{ kind: "DataSource", format: "kafka", paths: [] },
      options: {
        ...{ "kafka.bootstrap.servers": "a:9092", subscribe: "orders", "kafka.security.protocol": "SASL_SSL" },
      },
    };
    expect(leaf(`STREAM ${call}`)).toMatchObject({ ...read, streaming: true });
    expect(leaf(call)).toMatchObject({ ...read, streaming: false });
    expect(mistakes("read_kafka('a:9092', subscribe => topic)")).toHaveLength(2);
  });
});

describe("read_files", () => {
  test("with STREAM it is Auto Loader with its own defaults [F46]", () => {
    expect(
      leaf("STREAM read_files('/in', format => 'csv', header => true, SEP => ';', maxFilesPerTrigger => 10)"),
    ).toMatchObject({
      kind: "DataSource",
      format: "cloudFiles",
      paths: ["/in"],
      streaming: true,
      options: {
        "cloudFiles.inferColumnTypes": "true",
        "cloudFiles.format": "csv",
        ...{ header: "true", sep: ";", "cloudFiles.maxFilesPerTrigger": "10" },
      },
    });
    expect(leaf("STREAM(read_files('/in', format => 'json'))")).toMatchObject({
      format: "cloudFiles",
      streaming: true,
    });
  });

  test("without STREAM all files are read each time, inferred the same way [F46]", () => {
    expect(leaf("read_files('/a' || '/b', format => 'json', inferSchema => false)")).toMatchObject({
      format: "read_files",
      paths: ["/a/b"],
      streaming: false,
      options: { "cloudFiles.inferColumnTypes": "false", "cloudFiles.format": "json" },
    });
  });

  test("a schema is DDL text; hints are Auto Loader's", () => {
    expect(
      leaf("STREAM read_files('/in', format => 'csv', schema => 'id INT, name STRING', rescueddatacolumn => 'r')"),
    ).toMatchObject({
      schema: { fields: [{ name: "id" }, { name: "name" }] },
      options: { rescuedDataColumn: "r" },
    });
    expect(leaf("STREAM read_files('/in', format => 'csv', schemaHints => 'id INT')")).toMatchObject({
      options: { "cloudFiles.schemaHints": "id INT" },
    });
  });

  test("wrong and computed arguments are errors at their places, all at once", () => {
    expect(mistakes("read_files(format => 'json', heeder => true, sep => lower('X'), 'csv')")).toEqual([
      "15 read_files needs the option `path`. Add it, as read_files('/data/orders', ..).",
      '54 read_files has no option `heeder`. Did you mean "header"?',
      '67 Option `sep` of read_files is "computed", not a constant, such as a text in quotes.',
      "79 This argument of read_files is not supported. Write it as name => value.",
    ]);
    expect(mistakes("STREAM read_files('/in', format => 'json', schema => 'id WHAT')")).toEqual([
      expect.stringMatching(/^15 Unsupported data type "WHAT"/),
    ]);
  });
});

describe("cloud_files", () => {
  test("is always a stream, with the DataFrame API's options [F41]", () => {
    expect(
      leaf(
        `cloud_files("/in", "csv", map("header", "true", "cloudFiles.inferColumnTypes", "true", "schema", "id INT"))`,
      ),
    ).toMatchObject({
      format: "cloudFiles",
      streaming: true,
      options: { "cloudFiles.format": "csv", header: "true", "cloudFiles.inferColumnTypes": "true" },
      schema: { fields: [{ name: "id" }] },
    });
    expect(leaf("cloud_files('/in', 'json')")).toMatchObject({ options: { "cloudFiles.format": "json" } });
  });

  test("options that are no map of constants are refused", () => {
    expect(mistakes("cloud_files('/in', 'json', 'x')")).toEqual([
      expect.stringMatching(/^42 This argument of cloud_files/),
    ]);
    expect(mistakes("cloud_files('/in', 'json', map('a', now()))")).toEqual([expect.stringMatching(/^51 Option `a`/)]);
  });
});

test("a table's name that is a format and a path is a read of files", () => {
  const [found] = collectLeaves(
    withFileReads(reader(true).option("multiLine", "true").table("JSON.`/data/x y`").relation),
  );
  expect(found).toMatchObject({ kind: "DataSource", format: "JSON", paths: ["/data/x y"], streaming: true });
  const [table] = collectLeaves(withFileReads(reader(false).table("json.orders").relation));
  expect(table).toMatchObject({ kind: "NamedTable", name: ["json", "orders"] });
});

test("functions in sub-queries, WITH and joins are found; queries without them stay the very same", () => {
  const text =
    "WITH w AS (SELECT * FROM cloud_files('/a', 'json')) SELECT * FROM w WHERE id IN (SELECT id FROM read_files('/b', format => 'csv'))";
  const leaves = collectLeaves(withFileReads(parseQuery(text)));
  expect(leaves.map((one) => one.kind === "DataSource" && one.paths)).toEqual([["/a"], ["/b"]]);
  const query = parseQuery("SELECT * FROM a");
  expect(withFileReads(query)).toBe(query);
});
