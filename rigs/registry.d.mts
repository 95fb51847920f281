/** A schema registry, where Confluent's clients find it. */
export interface RegistryServer {
  readonly address: string;
  remove(): Promise<void>;
}

/** What is installed; undefined when nothing is. */
export function registryRig(): { readonly jar: string } | undefined;

/** Starts an empty registry on a free port. */
export function startRegistry(): Promise<RegistryServer>;

export function install(): Promise<void>;
