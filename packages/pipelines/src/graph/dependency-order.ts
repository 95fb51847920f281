/** Names in an order in which each stands behind those it depends on, or one circle that makes this impossible. */
export type DependencyOrder =
  | { readonly kind: "Ordered"; readonly names: readonly string[] }
  /** Each depends on the one before it; the first stands again at the end. */
  | { readonly kind: "Cycle"; readonly path: readonly string[] };

/** Orders names by what they depend on; names without order among them keep the order given. Dependencies that are no keys are passed over. */
export function orderByDependency(dependencies: ReadonlyMap<string, readonly string[]>): DependencyOrder {
  const state = new Map<string, "open" | "done">();
  const names: string[] = [];
  const path: string[] = [];
  const visit = (name: string): readonly string[] | undefined => {
    const known = state.get(name);
    if (known === "open") return [...path.slice(path.indexOf(name)), name];
    if (known === "done") return undefined;
    state.set(name, "open");
    path.push(name);
    for (const dependency of dependencies.get(name) ?? []) {
      const cycle = dependencies.has(dependency) ? visit(dependency) : undefined;
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    state.set(name, "done");
    names.push(name);
    return undefined;
  };
  for (const name of dependencies.keys()) {
    const cycle = visit(name);
    if (cycle !== undefined) return { kind: "Cycle", path: cycle.toReversed() };
  }
  return { kind: "Ordered", names };
}
