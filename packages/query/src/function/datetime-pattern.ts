/** What a pattern is for: Spark reads with fewer letters than it prints. */
export type PatternUse = "parse" | "print";

/** Spark's condition for a pattern that it does not take, and why. */
export interface PatternRefusal {
  readonly condition: string;
  readonly message: string;
}

const WEEK_BASED = /[YWwuec]/;
const ILLEGAL: Readonly<Record<PatternUse, RegExp>> = { parse: /[ABnNpEFqQ]/, print: /[ABnNp]/ };
const TOO_LONG = /G{5}|M{5}|L{5}|E{5}|Q{5}|q{5}|y{7}/;

/**
 * Why Spark refuses a pattern of times with a zone and of dates; undefined when it takes it. One that Spark took until its version 2 is refused as such,
 * because it meant something else then.
 */
export function patternRefusal(pattern: string, use: PatternUse): PatternRefusal | undefined {
  const refusal = sparkRefusal(pattern, use) ?? javaRefusal(pattern);
  return refusal !== undefined && isOldPattern(pattern) ? changedPattern(pattern) : refusal;
}

/** The same for local timestamps and times of day, which Spark never read otherwise. */
export function localPatternRefusal(pattern: string, use: PatternUse): PatternRefusal | undefined {
  return (sparkRefusal(pattern, use) ?? javaRefusal(pattern)) && unknownPattern(pattern);
}

function sparkRefusal(pattern: string, use: PatternUse): PatternRefusal | undefined {
  for (const part of unquoted(pattern)) {
    const refusal = letterRefusal(pattern, part, use);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function unquoted(pattern: string): readonly string[] {
  return pattern.split("'").filter((_, i) => i % 2 === 0);
}

function letterRefusal(pattern: string, part: string, use: PatternUse): PatternRefusal | undefined {
  const week = WEEK_BASED.exec(part)?.[0];
  if (week !== undefined) return weekBased(week);
  const illegal = ILLEGAL[use].exec(part)?.[0];
  if (illegal !== undefined) return illegalLetter(pattern, illegal);
  const long = TOO_LONG.exec(part)?.[0];
  return long === undefined ? undefined : tooLong(long);
}

/** How often Java's DateTimeFormatter takes a letter in a row; letters without an entry it does not take. */
const COUNTS: Readonly<Record<string, RegExp>> = {
  ...{ G: /^.{1,5}$/, y: /^.{1,19}$/, M: /^.{1,5}$/, L: /^.{1,5}$/, Q: /^.{1,5}$/, q: /^.{1,5}$/, E: /^.{1,5}$/ },
  ...{ d: /^..?$/, H: /^..?$/, k: /^..?$/, h: /^..?$/, K: /^..?$/, m: /^..?$/, s: /^..?$/, D: /^.{1,3}$/ },
  ...{ F: /^.$/, a: /^.$/, S: /^.{1,9}$/, V: /^..$/, z: /^.{1,4}$/, v: /^(.|.{4})$/, O: /^(.|.{4})$/, g: /^.{1,19}$/ },
  ...{ X: /^.{1,5}$/, x: /^.{1,5}$/, Z: /^.{1,5}$/ },
};

const TOKEN = /'(?:[^']|'')*'|([A-Za-z])\1*|./gs;

function javaRefusal(pattern: string): PatternRefusal | undefined {
  let open = 0;
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (token === "[") open += 1;
    if (token === "]") open -= 1;
    const letter = /^[A-Za-z]/.test(token);
    const taken = letter ? COUNTS[token.charAt(0)]?.test(token) === true : !/^['{}#]$/.test(token);
    if (open < 0 || !taken) return unknownPattern(pattern);
  }
  return undefined;
}

/** Whether Java's SimpleDateFormat takes it. */
function isOldPattern(pattern: string): boolean {
  return [...pattern.matchAll(TOKEN)].every(([token]) => {
    if (token === "'") return false;
    return !/^[A-Za-z]/.test(token) || (/^[GyMdkHmsSEDFwWahKzZYuXL]/.test(token) && !/^X{4}/.test(token));
  });
}

function illegalLetter(pattern: string, letter: string): PatternRefusal {
  return {
    condition: "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
    message: `The datetime pattern '${pattern}' has the letter ${letter}, which cannot be used here. Leave it out.`,
  };
}

function tooLong(letters: string): PatternRefusal {
  return {
    condition: "INVALID_DATETIME_PATTERN.LENGTH",
    message: `A datetime pattern has ${letters}, which is longer than the field can be. Write the letter less often.`,
  };
}

function unknownPattern(pattern: string): PatternRefusal {
  return {
    condition: "INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
    message: `'${pattern}' is no datetime pattern. Use the letters of Spark's datetime patterns, and put other text into single quotes.`,
  };
}

function weekBased(letter: string): PatternRefusal {
  return {
    condition: "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN",
    message: `Datetime patterns have no weeks since Spark 3, and this has the letter ${letter}. Use EXTRACT instead.`,
  };
}

function changedPattern(pattern: string): PatternRefusal {
  return {
    condition: "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
    message: `'${pattern}' was a datetime pattern until Spark 2 and is none since. Use the letters of Spark's datetime patterns, each as often as its field allows.`,
  };
}
