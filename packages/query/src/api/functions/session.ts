import { type Nullary, nullary } from "./define.ts";

/** The name of who runs the update. */
export const currentUser: Nullary = nullary("current_user");
/** The name of who runs the update. */
export const sessionUser: Nullary = nullary("session_user");
/** The name of who runs the update. */
export const user: Nullary = nullary("user");
/** The catalog that names without one belong to. */
export const currentCatalog: Nullary = nullary("current_catalog");
/** The schema that names without one belong to. */
export const currentSchema: Nullary = nullary("current_schema");
/** The schema that names without one belong to. */
export const currentDatabase: Nullary = nullary("current_database");
/** The version of the engine. */
export const version: Nullary = nullary("version");
/** Where the part of the file begins that the row was read from; -1 when that is not known. */
export const inputFileBlockStart: Nullary = nullary("input_file_block_start");
/** The length of the part of the file that the row was read from; -1 when that is not known. */
export const inputFileBlockLength: Nullary = nullary("input_file_block_length");
