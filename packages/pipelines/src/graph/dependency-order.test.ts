import * as fc from "fast-check";
import { expect, test } from "vitest";
import { orderByDependency } from "./dependency-order.ts";

test("names without dependencies keep their order", () => {
  const order = orderByDependency(
    new Map([
      ["b", []],
      ["a", []],
      ["c", ["outside"]],
    ]),
  );
  expect(order).toEqual({ kind: "Ordered", names: ["b", "a", "c"] });
});

test("a name that depends on itself is a circle", () => {
  expect(orderByDependency(new Map([["a", ["a"]]]))).toEqual({ kind: "Cycle", path: ["a", "a"] });
});

test("each name stands behind those it depends on, or the circle found is one", () => {
  const names = ["a", "b", "c", "d", "e"];
  const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 8 });
  void fc.assert(
    fc.property(edges, (pairs) => {
      const graph = new Map(names.map((name) => [name, pairs.filter(([from]) => from === name).map(([, to]) => to)]));
      const order = orderByDependency(graph);
      if (order.kind === "Ordered") {
        expect([...order.names].sort()).toEqual(names);
        for (const [from, to] of pairs) expect(order.names.indexOf(to)).toBeLessThan(order.names.indexOf(from));
        return;
      }
      expect(order.path[0]).toBe(order.path.at(-1));
      for (const [i, name] of order.path.entries()) {
        const before = order.path[i - 1];
        if (before !== undefined) expect(graph.get(name)).toContain(before);
      }
    }),
  );
});
