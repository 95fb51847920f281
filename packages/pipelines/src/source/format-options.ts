import { FLAG, type OptionTable } from "./option-shape.ts";

/** The options of file formats whose values are checked beforehand, whatever the format. */
export const FORMAT_OPTIONS: OptionTable = {
  multiLine: FLAG,
  header: FLAG,
};
