const MIN_LAYER = 64;

/**
 * An immutable map that shares most of its entries with the map it was made from: a table of many files gets a new version for the price of its changes.
 * A change costs about the square root of the size.
 */
export class LayeredMap<Value> {
  readonly size: number;
  readonly #base: ReadonlyMap<string, Value>;
  /** Changes over `#base`; undefined stands for a removed entry. */
  readonly #layer: ReadonlyMap<string, Value | undefined>;

  constructor(
    base: ReadonlyMap<string, Value> = new Map<string, Value>(),
    layer: ReadonlyMap<string, Value | undefined> = new Map<string, Value>(),
    size: number = base.size,
  ) {
    this.#base = base;
    this.#layer = layer;
    this.size = size;
  }

  get(key: string): Value | undefined {
    return this.#layer.has(key) ? this.#layer.get(key) : this.#base.get(key);
  }

  *values(): Generator<Value> {
    for (const [key, value] of this.#base) if (!this.#layer.has(key)) yield value;
    for (const value of this.#layer.values()) if (value !== undefined) yield value;
  }

  /** The map with changes made; undefined removes an entry. Those that `isKept` denies are left out when the map is built anew, every so many changes. */
  with(
    changes: ReadonlyMap<string, Value | undefined>,
    isKept: (value: Value) => boolean = () => true,
  ): LayeredMap<Value> {
    if (changes.size === 0) return this;
    let size = this.size;
    for (const [key, value] of changes) size += Number(value !== undefined) - Number(this.get(key) !== undefined);
    const layerSize = this.#layer.size + changes.size;
    if (layerSize > Math.max(MIN_LAYER, 4 * Math.sqrt(this.#base.size))) return this.#merged(changes, isKept);
    return new LayeredMap(this.#base, new Map([...this.#layer, ...changes]), size);
  }

  #merged(changes: ReadonlyMap<string, Value | undefined>, isKept: (value: Value) => boolean): LayeredMap<Value> {
    const base = new Map(this.#base);
    for (const layer of [this.#layer, changes]) {
      for (const [key, value] of layer) {
        if (value === undefined) base.delete(key);
        else base.set(key, value);
      }
    }
    for (const [key, value] of base) if (!isKept(value)) base.delete(key);
    return new LayeredMap(base);
  }
}
