import { variantSteps } from "@sluice/query";
import { perPattern } from "../per-pattern.ts";
import { elementsOf, membersOf, type Variant } from "./variant-value.ts";

const stepsOf = perPattern(variantSteps);

/**
 * The value below `$.name[0]['name']`; undefined where there is none.
 *
 * @throws INVALID_VARIANT_GET_PATH
 */
export function variantAt(value: Variant, path: string, caller: string): Variant | undefined {
  return steps(path, caller).reduce<Variant | undefined>(follow, value);
}

function steps(path: string, caller: string): readonly (string | number)[] {
  const found = stepsOf(path);
  if (found === undefined) throw invalidPath(path, caller);
  return found;
}

function invalidPath(path: string, caller: string): Error {
  return new Error(
    `[INVALID_VARIANT_GET_PATH] The path \`${path}\` is not a valid variant extraction path in \`${caller}\`. A valid path should start with \`$\` and is followed by zero or more segments like \`[123]\`, \`.name\`, \`['name']\`, or \`["name"]\`.`,
  );
}

function follow(value: Variant | undefined, step: string | number): Variant | undefined {
  if (value === undefined) return undefined;
  return typeof step === "number" ? elementsOf(value)?.[step] : membersOf(value)?.get(step);
}
