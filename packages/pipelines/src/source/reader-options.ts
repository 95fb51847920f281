import { parseCount, parseFlag, parseInterval, parseSize, parseTime } from "./option-shape.ts";

/** The options of a reader, by name, ignoring case. What is absent, or not of the shape asked for, is undefined. */
export class ReaderOptions {
  readonly #values: ReadonlyMap<string, string>;

  constructor(options: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  /** `true` or `false`. */
  flag(name: string): boolean | undefined {
    return this.#parsed(name, parseFlag);
  }

  /** A whole number above 0. */
  count(name: string): number | undefined {
    return this.#parsed(name, parseCount);
  }

  /** Bytes. */
  size(name: string): number | undefined {
    return this.#parsed(name, parseSize);
  }

  /** Milliseconds since the epoch. */
  time(name: string): number | undefined {
    return this.#parsed(name, parseTime);
  }

  /** Milliseconds. */
  interval(name: string): number | undefined {
    return this.#parsed(name, parseInterval);
  }

  #parsed<Value>(name: string, parse: (value: string) => Value | undefined): Value | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : parse(value);
  }
}
