import { describe, expect, it } from "vitest";
import { callerOrigin, firstForeignPlace, mapPlaces, withoutOrigins } from "./origin.ts";

describe("firstForeignPlace", () => {
  const stack = (...frames: readonly string[]) => ["Error: x", ...frames.map((frame) => `    at ${frame}`)].join("\n");

  it("passes over frames of Sluice itself and of Node", () => {
    const text = stack(
      "node (/app/node_modules/@sluice/query/dist/api/node.js:10:3)",
      "Object.table (file:///app/node_modules/sluice/dist/x.js:1:1)",
      "Array.map (<anonymous>)",
      "process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
      "async /app/transformations/a file (1).ts:6:27",
      "main (/app/main.ts:1:1)",
    );
    expect(firstForeignPlace(text)).toEqual({ file: "/app/transformations/a file (1).ts", line: 6, column: 27 });
  });

  it("reads frames with and without a function, and file URLs", () => {
    expect(firstForeignPlace(stack("new Orders (file:///app/a%20b.ts:3:4)"))).toEqual({
      file: "/app/a b.ts",
      line: 3,
      column: 4,
    });
    expect(firstForeignPlace(stack("/app/c.ts:5:6"))).toEqual({ file: "/app/c.ts", line: 5, column: 6 });
    expect(firstForeignPlace(stack("eval (eval at <anonymous> (x), <anonymous>:1:1)"))).toBeUndefined();
  });

  it("leads to the file as written when it was compiled while loading", () => {
    mapPlaces("/app/mapped.ts", (place) => ({ ...place, line: place.line + 100 }));
    expect(firstForeignPlace(stack("f (/app/mapped.ts:1:2)"))).toEqual({
      file: "/app/mapped.ts",
      line: 101,
      column: 2,
    });
  });

  it("takes only files that are asked for", () => {
    const text = stack("f (/app/a.ts:1:1)", "g (/app/b.ts:2:2)");
    expect(firstForeignPlace(text, (file) => file.endsWith("b.ts"))?.line).toBe(2);
  });
});

describe("callerOrigin", () => {
  it("is the place of this call, and leaves the depth of stacks as it was", () => {
    const limit = Error.stackTraceLimit;
    expect(callerOrigin()?.file).toMatch(/origin\.test\.ts$/);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it("is the same from the frames themselves as from their text", () => {
    type Prepare = (error: Error, sites: NodeJS.CallSite[]) => string;
    const asText: Prepare = (error, sites) => [String(error), ...sites.map((one) => `    at ${one}`)].join("\n");
    const nodes: Prepare = (error, sites) => asText(error, sites);
    Object.defineProperty(nodes, "name", { value: "ErrorPrepareStackTrace" });
    const { prepareStackTrace } = Error;
    try {
      const places = [nodes, asText].map((prepare) => {
        Error.prepareStackTrace = prepare;
        return [callerOrigin(), Error.prepareStackTrace === prepare] as const;
      });
      expect(places[0]?.[0]?.file).toMatch(/origin\.test\.ts$/);
      expect(places[0]).toEqual(places[1]);
      expect(places.map(([, isBack]) => isBack)).toEqual([true, true]);
    } finally {
      Object.assign(Error, { prepareStackTrace });
    }
  });

  it("is none in work that no person wrote, and is there again when that work has failed", () => {
    expect(withoutOrigins(() => callerOrigin())).toBeUndefined();
    const fail = () => {
      throw new Error("x");
    };
    expect(() => withoutOrigins(fail)).toThrow("x");
    expect(callerOrigin()).toBeDefined();
  });
});
