import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openPipeline } from "sluice";
import { beforeAll, describe, expect, test } from "vitest";
import { copyExample, root, runNode, sluice } from "../harness/sluice.ts";

type Change = Readonly<Record<string, string | number | null>>;

/** A change in force, from when and until when. */
interface Version {
  readonly change: Change;
  readonly start: string;
  readonly end: string | null;
}

describe("the example of changes, over two quarters", () => {
  let folder = "";
  let tables: Readonly<Record<string, readonly (readonly unknown[])[]>> = {};

  beforeAll(async () => {
    folder = await copyExample("cdc");
    for (const batch of ["1", "2"]) {
      const flags = ["--into", join(folder, "data/raw"), "--batch", batch, "--customers", "150"];
      await runNode([join(root, "examples/cdc/generate.mjs"), ...flags]);
      const finished = await sluice(["run", "--project", folder]);
      expect(finished.code, finished.stderr).toBe(0);
    }
    tables = await answers(folder, QUERIES);
  }, 120_000);

  test("SCD type 1 is what folding all changes leaves, in TypeScript and in SQL [F118] [F121] [F123]", () => {
    const expected = customers()
      .filter(({ end }) => end === null)
      .map(({ change }) => [...facts(change), moment(change["updated_at"])]);
    expect(expected.length).toBeGreaterThan(100);
    expect(tables["scd1"]).toEqual(expected);
    expect(tables["scd1_sql"]).toEqual(expected);
  });

  test("SCD type 2 has every version of that fold, in TypeScript and in SQL [F119] [F120]", () => {
    const expected = versions(customers()).map(({ change, start, end }) => [
      ...facts(change),
      moment(start),
      moment(end),
    ]);
    expect(expected.length).toBeGreaterThan(400);
    expect(tables["scd2"]).toEqual(expected);
    expect(tables["scd2_sql"]).toEqual(expected);
  });

  test("a truncate leaves the changes that are not before it [F122]", () => {
    const all = changesOf("products");
    const horizon = all.filter((one) => one["operation"] === "TRUNCATE").map((one) => String(one["change_timestamp"]));
    const later = all.filter(
      (one) => one["product_id"] !== null && String(one["change_timestamp"]) >= (horizon.sort().at(-1) ?? ""),
    );
    const expected = fold(later, "product_id", "change_timestamp")
      .filter(({ end }) => end === null)
      .map(({ change }) => [change["product_id"], change["price"]]);
    expect(expected.length).toBeGreaterThan(10);
    expect(tables["products"]).toEqual(expected);
    expect(tables["products_sql"]).toEqual(expected);
  });

  test("who lived where on a day: as it is known now, and as a report of that day said", () => {
    const day = "2026-04-01T00:00:00.000Z";
    const known = customers().filter(({ start, end }) => start < day && (end === null || end >= day));
    expect(tables["history"]).toEqual(known.map(({ change }) => [change["customer_id"], change["address"]]));
    const first = customers("changes-1-").filter(({ end }) => end === null);
    expect(tables["version"]).toEqual(first.map(({ change }) => [change["customer_id"], change["address"]]));
    expect(tables["version"]).not.toEqual(tables["history"]);
  });

  function customers(prefix = ""): readonly Version[] {
    return fold(changesOf("customers", prefix), "customer_id", "updated_at");
  }

  function changesOf(kind: string, prefix = ""): readonly Change[] {
    const names = readdirSync(join(folder, "data/raw", kind)).filter((name) => name.startsWith(prefix));
    const texts = names.map((name) => readFileSync(join(folder, "data/raw", kind, name), "utf8"));
    return texts
      .flatMap((text) => text.split("\n"))
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Change);
  }
});

const QUERIES = {
  ...Object.fromEntries(
    ["", "_sql"].flatMap((suffix) => [
      [
        `scd1${suffix}`,
        `SELECT customer_id::INT, name, email, address, points, unix_millis(updated_at)::DOUBLE FROM customers_scd1${suffix} ORDER BY customer_id`,
      ],
      [
        `scd2${suffix}`,
        `SELECT customer_id::INT, name, email, address, points, unix_millis(__START_AT)::DOUBLE, unix_millis(__END_AT)::DOUBLE FROM customers_scd2${suffix} ORDER BY customer_id, __START_AT`,
      ],
      [`products${suffix}`, `SELECT product_id::INT, price::DOUBLE FROM products${suffix} ORDER BY product_id`],
    ]),
  ),
  history: `SELECT customer_id::INT, address FROM customers_scd2
    WHERE __START_AT < '2026-04-01' AND (__END_AT >= '2026-04-01' OR __END_AT IS NULL) ORDER BY customer_id`,
  version: "SELECT customer_id::INT, address FROM customers_scd1 VERSION AS OF 1 ORDER BY customer_id",
};

async function answers(
  project: string,
  queries: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, readonly (readonly unknown[])[]>>> {
  const pipeline = await openPipeline(project);
  try {
    const entries = Object.entries(queries).map(
      async ([name, query]) => [name, (await pipeline.query(query)).rows] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    await pipeline.close();
  }
}

/** Each change that sets values, by key and sequence, until the next of its key; what came twice counts once. */
function fold(changes: readonly Change[], key: string, sequence: string): readonly Version[] {
  const unique = [...new Map(changes.map((one) => [`${one[key]} ${one[sequence]}`, one])).values()];
  const ordered = unique.toSorted(
    (left, right) =>
      Number(left[key]) - Number(right[key]) || String(left[sequence]).localeCompare(String(right[sequence])),
  );
  return ordered.flatMap((change, i) => {
    const next = ordered[i + 1];
    const end = next?.[key] === change[key] ? String(next?.[sequence]) : null;
    return change["operation"] === "DELETE" ? [] : [{ change, start: String(change[sequence]), end }];
  });
}

/** Versions of a customer that follow each other and differ only in points, as one with the latest points. */
function versions(all: readonly Version[]): readonly Version[] {
  const merged: Version[] = [];
  for (const one of all) {
    const last = merged.at(-1);
    const isSame = (name: string): boolean => last?.change[name] === one.change[name];
    const follows = last?.end === one.start && ["customer_id", "name", "email", "address"].every(isSame);
    if (last !== undefined && follows) merged[merged.length - 1] = { ...one, start: last.start };
    else merged.push(one);
  }
  return merged;
}

function facts({ customer_id, name, email, address, points }: Change): readonly unknown[] {
  return [customer_id, name, email, address, points];
}

function moment(text: unknown): number | null {
  return text === null ? null : Date.parse(String(text));
}
