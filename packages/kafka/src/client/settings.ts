/** How to reach a cluster: plain data, made from the `kafka.*` options of a read. */
export interface ClientSettings {
  /** `host:port`. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** How long nothing may come, in milliseconds, before waiting is an error. */
  readonly patienceMs: number;
  /** Milliseconds that a broker may take for one answer. */
  readonly requestMs: number;
  /** Reads the files when the first connection is made. */
  readonly tls?: () => TlsSettings;
  readonly sasl?: SaslSettings;
}

/** What Node's TLS needs; contents of files, not their names. */
export interface TlsSettings {
  readonly ca?: string | Buffer;
  readonly cert?: string;
  readonly key?: string;
  readonly pfx?: Buffer;
  readonly passphrase?: string;
  /** False: the name in the broker's certificate may be another one. */
  readonly checkName: boolean;
}

export type SaslSettings =
  | {
      readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: "OAUTHBEARER"; readonly token: () => Promise<string> };
