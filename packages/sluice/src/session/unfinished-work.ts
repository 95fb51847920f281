import { QueryError, type QueryProblem } from "@sluice/query";

/**
 * The calls at work that give a session names, by what they make: a view by its name in lower case, a table by its location. Who asks for such a name meanwhile has
 * most likely forgotten to await the call.
 */
export class UnfinishedWork {
  readonly #calls = new Map<string, string>();

  /** Keeps a call while it is at work. */
  async during<Result>(made: string, call: string, work: Promise<Result>): Promise<Result> {
    this.#calls.set(made, call);
    try {
      return await work;
    } finally {
      if (this.#calls.get(made) === call) this.#calls.delete(made);
    }
  }

  /** The call that makes something now. */
  callOf(made: string): string | undefined {
    return this.#calls.get(made);
  }

  /** @throws QueryError when a view is being made, since what the name means is not settled */
  refuseView(name: string, place: Pick<QueryProblem, "span" | "origin">): void {
    const call = this.#calls.get(name.toLowerCase());
    if (call === undefined) return;
    const message = `The view \`${name}\` is not there yet: ${call} was not awaited. Write: await ${call}`;
    const parameters = { relationName: `\`${name}\``, call };
    throw new QueryError([{ condition: "CALL_NOT_AWAITED", message, parameters, ...place }]);
  }
}
