import { isList, type Json, Numeral, numeralAsDouble, parseJson, printJson } from "./json-value.ts";

/** `get_json_object` with wildcards. One match is given bare, several as an array. */
export function jsonPath(text: string, path: string): string | null {
  const steps = pathSteps(path);
  const root = parseJson(text);
  if (steps === undefined || root === undefined) return null;
  const many = steps.includes("*");
  const found = steps.reduce<readonly Json[]>((values, step) => values.flatMap((value) => follow(value, step)), [root]);
  if (found.length === 0 || (found.length === 1 && found[0] === null)) return null;
  const [only] = found;
  if (found.length === 1 && only !== undefined)
    return typeof only === "string" ? (many ? printed(only) : only) : printed(only);
  return printed(found);
}

function printed(value: Json): string {
  return printJson(value, numeralAsDouble);
}

function pathSteps(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: (string | number)[] = [];
  let rest = path.slice(1);
  while (rest !== "") {
    const step = /^(?:\.\*|\[\*\]|\.([^.[]+)|\[(\d+)\]|\['([^']+)'\])/.exec(rest);
    if (step === null) return undefined;
    steps.push(step[2] === undefined ? (step[1] ?? step[3] ?? "*") : Number(step[2]));
    rest = rest.slice(step[0].length);
  }
  return steps;
}

function follow(value: Json, step: string | number): readonly Json[] {
  if (value === null || typeof value !== "object" || value instanceof Numeral) return [];
  if (isList(value)) {
    if (step === "*") return value;
    const item = typeof step === "number" ? value[step] : undefined;
    return typeof step === "number" ? (item === undefined ? [] : [item]) : value.flatMap((one) => follow(one, step));
  }
  if (step === "*") return [...value.values()];
  const item = value.get(String(step));
  return item === undefined ? [] : [item];
}
