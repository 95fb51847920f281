import type { Origin } from "@sluice/query";

/** A file whose text is no TypeScript or JavaScript, with the place. */
export class SourceSyntaxError extends Error {
  override readonly name: string = "SourceSyntaxError";
  readonly origin: Origin;

  constructor(message: string, origin: Origin) {
    super(message);
    this.origin = origin;
  }

  /** From what the compiler says of a file. */
  static fromReport(file: string, report: { line?: number; column?: number; message?: string }): SourceSyntaxError {
    const message = (report.message ?? "")
      .split("\n")[0]
      ?.replace(/^.*?: /, "")
      .trim();
    const origin = { file, line: report.line ?? 1, column: (report.column ?? 0) + 1 };
    return new SourceSyntaxError(
      `syntax error: ${message === undefined || message === "" ? "unreadable" : message}`,
      origin,
    );
  }
}
