import type { DatasetDeclaration, FlowDeclaration } from "../declaration/declaration.ts";
import type { PipelineError } from "../diagnostics/pipeline-error.ts";

/** A dataset without what only the whole file knows: its settings. */
export type StatementDataset = Omit<DatasetDeclaration, "sparkConf">;

/** A flow without the settings of its file. */
export type StatementFlow = Omit<FlowDeclaration, "sparkConf">;

/** What one statement of a pipeline's SQL file does. */
export type Statement =
  | { readonly kind: "Declare"; readonly dataset?: StatementDataset; readonly flow?: StatementFlow }
  /** `SET key = value`; without a value it only asks, which does nothing here. */
  | { readonly kind: "Set"; readonly key: string; readonly value: string }
  /** `USE`: what unqualified names are completed by, for the rest of the file. */
  | { readonly kind: "Use"; readonly catalog?: string; readonly schema?: string }
  | { readonly kind: "Nothing" };

/** A statement with what is wrong with it. Errors without a statement: it could not be told what it declares. */
export interface ReadStatement {
  readonly statement: Statement;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}
