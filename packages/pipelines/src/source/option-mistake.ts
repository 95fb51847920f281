import type { Origin } from "@sluice/query";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";

/** What is wrong with one option of a reader. */
export type OptionMistake =
  | { readonly kind: "Unknown"; readonly option: string; readonly known: readonly string[] }
  | { readonly kind: "NotSupported"; readonly option: string; readonly value: string; readonly why: string }
  | { readonly kind: "BadValue"; readonly option: string; readonly value: string; readonly expected: string };

/** The mistake as an error; `where` is whose option it is: `The json source`. */
export function optionError(mistake: OptionMistake, where: string, origin?: Origin): PipelineError {
  const context = { origin };
  switch (mistake.kind) {
    case "Unknown": {
      const closest = closestMatch(mistake.option, mistake.known);
      const params = { where, option: mistake.option, ...(closest === undefined ? {} : { closest }) };
      return new PipelineError("UNKNOWN_OPTION", params, context);
    }
    case "NotSupported": {
      const feature = `Option \`${mistake.option}\` = "${mistake.value}"`;
      return new PipelineError("UNSUPPORTED_FEATURE", { feature, plan: `${sentence(mistake.why)}.` }, context);
    }
    case "BadValue": {
      const { option, value, expected } = mistake;
      return new PipelineError("INVALID_OPTION_VALUE", { where, option, value, expected }, context);
    }
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
