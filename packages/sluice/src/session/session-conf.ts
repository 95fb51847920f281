import { QueryError, type SparkConf, sqlStateOf } from "@sluice/query";

const ZONE = "spark.sql.session.timeZone";
const ANSI = "spark.sql.ansi.enabled";

/** Settings of a session, as PySpark's `spark.conf`. Any key can be set; those that mean something here are checked. */
export class SessionConf implements SparkConf {
  readonly #initial: ReadonlyMap<string, string>;
  readonly #values: Map<string, string>;

  /** @throws QueryError for a value that its key cannot have */
  constructor(values: Readonly<Record<string, string | number | boolean>>) {
    const entries = Object.entries(values).map(([key, value]) => [key, String(value)] as const);
    for (const [key, value] of entries) check(key, value);
    this.#initial = new Map(entries);
    this.#values = new Map(entries);
  }

  /** The value of a key, or `defaultValue`. @throws QueryError when the key is not set and there is no default */
  get(key: string): string;
  get<Default extends string | undefined>(key: string, defaultValue: Default): string | Default;
  get(key: string, ...defaults: readonly (string | undefined)[]): string | undefined {
    const value = this.#values.get(key);
    if (value !== undefined || defaults.length > 0) return value ?? defaults[0];
    throw refusal("SQL_CONF_NOT_FOUND", `The SQL config "${key}" cannot be found. Set it, or give a default.`, {
      sqlConf: `"${key}"`,
    });
  }

  /** Sets a key for what runs from now on. @throws QueryError for a value that the key cannot have */
  set(key: string, value: string | number | boolean): void {
    check(key, String(value));
    this.#values.set(key, String(value));
  }

  /** Puts a key back to what the session began with. */
  unset(key: string): void {
    const initial = this.#initial.get(key);
    if (initial === undefined) this.#values.delete(key);
    else this.#values.set(key, initial);
  }

  /** The same settings in a session of its own; what they are put back to is what they are now. */
  copy(): SessionConf {
    return new SessionConf(Object.fromEntries(this.#values));
  }

  /** Every key that is set, in order of the keys. */
  get all(): ReadonlyMap<string, string> {
    return new Map([...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The session's zone, an IANA name. */
  get timeZone(): string {
    return this.get(ZONE, "UTC");
  }

  /** Whether bad casts, overflow and division by zero are errors. */
  get ansi(): boolean {
    return this.get(ANSI, "false").trim().toLowerCase() === "true";
  }

  /** Text with each `${key}` that is set replaced by its value, as Spark does before it reads SQL. */
  substitute(text: string): string {
    return text.replace(/\$\{(?:spark:|sparkconf:|hiveconf:|hivevar:)?([\w.-]+)\}/g, (whole, key: string) =>
      this.get(key, whole),
    );
  }
}

function check(key: string, value: string): void {
  if (key === ZONE && !isZone(value)) {
    const message = `The value '${value}' in the config "${key}" is invalid. Give an IANA name such as Europe/Berlin, or an offset such as +02:00.`;
    throw refusal("INVALID_CONF_VALUE.TIME_ZONE", message, { confName: key, confValue: value });
  }
  if (key === ANSI && !/^\s*(true|false)\s*$/i.test(value)) {
    const message = `The value '${value}' in the config "${key}" is invalid: it is true or false.`;
    throw refusal("INVALID_CONF_VALUE.TYPE_MISMATCH", message, { confName: key, confValue: value });
  }
}

/** Names that were found to be zones: asking takes a millisecond. */
const zones = new Set<string>();

function isZone(value: string): boolean {
  if (zones.has(value)) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    zones.add(value);
    return true;
  } catch {
    return false;
  }
}

function refusal(condition: string, message: string, parameters: Readonly<Record<string, string>>): QueryError {
  const sqlState = sqlStateOf(condition);
  return new QueryError([{ condition, message, parameters, ...(sqlState && { sqlState }) }]);
}
