/** A login as Java's `sasl.jaas.config` writes it: the class, and its options. */
export interface JaasLogin {
  /** Without its package: `PlainLoginModule`. */
  readonly module: string;
  readonly options: Readonly<Record<string, string>>;
}

const SHAPE =
  /^\s*(?:kafkashaded\.)?org\.apache\.kafka\.common\.security\.[a-z0-9.]+\.([A-Za-z]+)\s+(required|requisite|sufficient|optional)\b([\s\S]*?);?\s*$/;
const OPTION = /^\s*([A-Za-z0-9_.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;"']+))/;

/**
 * Reads `org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";`, also with Databricks' prefix `kafkashaded.`. Undefined
 * for what is not so.
 */
export function parseJaas(text: string): JaasLogin | undefined {
  const found = SHAPE.exec(text);
  if (found === null) return undefined;
  const options: Record<string, string> = {};
  for (let rest = (found[3] ?? "").trim(); rest !== ""; rest = rest.trimStart()) {
    const option = OPTION.exec(rest);
    if (option === null) return undefined;
    const [all, name = "", double, single, bare] = option;
    options[name] = (double ?? single ?? bare ?? "").replace(/\\(.)/g, "$1");
    rest = rest.slice(all.length);
  }
  return { module: found[1] ?? "", options };
}
