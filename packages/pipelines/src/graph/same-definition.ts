/**
 * Whether two pieces of plain data say the same. Numbers that tell DataFrames apart (`planId`) may differ, as long as each stands for the same one everywhere;
 * query functions are not looked at. Functions and objects with a life of their own are the same only when they are identical.
 */
export function sameDefinition(left: unknown, right: unknown): boolean {
  return new Comparison().same(left, right);
}

class Comparison {
  readonly #planIds = new Map<unknown, unknown>();
  readonly #taken = new Set<unknown>();

  same(left: unknown, right: unknown): boolean {
    if (Object.is(left, right)) return true;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
    if (Array.isArray(left)) return Array.isArray(right) && this.#sameItems(left, right);
    if (left instanceof Map) return right instanceof Map && this.#sameItems([...left], [...right]);
    if (left instanceof Set) return right instanceof Set && this.#sameItems([...left], [...right]);
    return isPlain(left) && isPlain(right) && this.#sameMembers(left, right);
  }

  #sameItems(left: readonly unknown[], right: readonly unknown[]): boolean {
    return left.length === right.length && left.every((item, i) => this.same(item, right[i]));
  }

  #sameMembers(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): boolean {
    const names = Object.keys(left);
    if (names.length !== Object.keys(right).length) return false;
    return names.every((name) => Object.hasOwn(right, name) && this.#sameMember(name, left[name], right[name]));
  }

  #sameMember(name: string, left: unknown, right: unknown): boolean {
    if (name === "query" && typeof left === "function") return typeof right === "function";
    return name === "planId" ? this.#samePlanId(left, right) : this.same(left, right);
  }

  #samePlanId(left: unknown, right: unknown): boolean {
    if (this.#planIds.has(left)) return this.#planIds.get(left) === right;
    if (this.#taken.has(right)) return false;
    this.#planIds.set(left, right);
    this.#taken.add(right);
    return true;
  }
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
