/** The commits that a running update has made, by canonical dataset, so that readers of a table need not wait for their interval. */
export class TableCommits {
  readonly #counts = new Map<string, number>();
  readonly #listeners = new Set<(dataset: string) => void>();

  /** A commit to a table. */
  add(dataset: string): void {
    this.#counts.set(dataset, (this.#counts.get(dataset) ?? 0) + 1);
    for (const listener of this.#listeners) listener(dataset);
  }

  /** All commits to some tables so far. */
  count(datasets: readonly string[]): number {
    return datasets.reduce((sum, dataset) => sum + (this.#counts.get(dataset) ?? 0), 0);
  }

  /** Calls `tell` at each commit to one of these tables until the function it gives is called. */
  listen(datasets: readonly string[], tell: () => void): () => void {
    const wanted = new Set(datasets);
    const listener = (dataset: string): void => {
      if (wanted.has(dataset)) tell();
    };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
