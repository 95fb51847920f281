import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { copyExample, jsonLines, root, runNode, sluice } from "../harness/sluice.ts";
import { ask, leftOut } from "./judges.ts";

interface Verdict {
  readonly rows: Readonly<Record<string, number>>;
  readonly types: Readonly<Record<string, unknown>>;
  readonly spark: Readonly<Record<string, unknown>>;
  readonly delta_rs: Readonly<Record<string, unknown>>;
  readonly delta_kernel: Readonly<Record<string, unknown>>;
  readonly counts: {
    readonly examined: number;
    readonly missing_id: number;
    readonly bad_amount: number;
    readonly missing_customer: number;
    readonly dropped: number;
  };
}

describe.skipIf(leftOut !== undefined)(
  `the orders example before the judges${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let verdict: Verdict;
    let quality: readonly Record<string, unknown>[];

    beforeAll(async () => {
      const project = await copyExample("orders");
      const generate = (batch: number, orders: number, firstId: number): Promise<string> => {
        const options = { into: join(project, "data/raw"), batch, orders, "first-id": firstId };
        const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
        return runNode([join(root, "examples/orders/generate.mjs"), ...flags]);
      };
      await generate(1, 3000, 0);
      expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
      await generate(2, 500, 3000);
      expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
      quality = jsonLines(await sluice(["quality", "--project", project, "--json"]));
      verdict = await ask<Verdict>(
        "orders.py",
        join(project, "data/raw"),
        join(project, ".sluice/tables/medallion_db"),
      );
    }, 300_000);

    test("PySpark computes the same rows for every table [F54] [F55] [F56] [F75]", () => {
      expect(verdict.spark).toEqual(noDifference());
      expect(verdict.rows).toMatchObject({ bronze_orders: 3500 });
    });

    test("PySpark gives every column the same type", () => {
      expect(verdict.types).toEqual(noDifference());
    });

    test("delta-rs reads what Spark reads [F196]", () => {
      expect(verdict.delta_rs).toEqual(noDifference());
    });

    test("delta-kernel reads what Spark reads", () => {
      expect(verdict.delta_kernel).toEqual(noDifference());
    });

    test("expectations counted what PySpark counts [F108]", () => {
      const { counts } = verdict;
      const failed = Object.fromEntries(quality.map((rule) => [rule["expectation"], rule["failed"]]));
      expect(failed).toEqual({
        valid_order_id: counts.missing_id,
        valid_amount: counts.bad_amount,
        valid_status: 0,
        valid_customer: counts.missing_customer,
      });
      for (const rule of quality) expect(Number(rule["passed"]) + Number(rule["failed"])).toBe(counts.examined);
    });

    function noDifference(): Record<string, null> {
      return Object.fromEntries(Object.keys(verdict.rows).map((name) => [name, null]));
    }
  },
);
