/** What tests need: the interpreter and the jars; undefined when the rig is not installed. */
export function judges(): { readonly python: string; readonly jars: string } | undefined;

export function install(): void;
