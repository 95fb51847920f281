/** What is wrong with one option of a reader. */
export type OptionMistake =
  | { readonly kind: "Unknown"; readonly option: string; readonly known: readonly string[] }
  | { readonly kind: "NotSupported"; readonly option: string; readonly value: string; readonly why: string }
  | { readonly kind: "BadValue"; readonly option: string; readonly value: string; readonly expected: string };
