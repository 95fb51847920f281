/** Ends a command with a word to the person. `next` is what to do about it. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly exitCode: number;
  readonly next: string | undefined;

  constructor(exitCode: number, message: string, next?: string) {
    super(message);
    this.exitCode = exitCode;
    this.next = next;
  }
}
