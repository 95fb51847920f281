const STEP = /(?:\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\])/y;

/** The names and places of a path into a variant, `$.name[0]['name']`; undefined for a text that is none. */
export function variantSteps(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const found: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path);
    if (step === null) return undefined;
    found.push(step[2] === undefined ? (step[1] ?? step[3] ?? step[4] ?? "") : Number(step[2]));
  }
  return found;
}
