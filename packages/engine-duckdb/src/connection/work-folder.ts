import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A folder for the staged files of one piece of work; made when it is first asked for. */
export class WorkFolder {
  /** The folder that this one is in: it lasts as long as the engine. */
  readonly parent: string;
  readonly #path: string;
  #made = false;

  constructor(parent: string, kind: string) {
    this.parent = parent;
    this.#path = join(parent, `${kind}-${crypto.randomUUID()}`);
  }

  get path(): string {
    if (!this.#made) mkdirSync(this.#path, { recursive: true });
    this.#made = true;
    return this.#path;
  }

  /** Deletes the folder with all that is in it. */
  remove(): void {
    if (this.#made) rmSync(this.#path, { recursive: true, force: true });
  }
}
