import { readFileSync } from "node:fs";
import type { ReaderOptions } from "@sluice/pipelines";
import type { SaslSettings, TlsSettings } from "../client/settings.ts";
import { parseJaas } from "./jaas.ts";

/** The security part of a read: files by name, not yet read. */
export interface SecurityOptions {
  readonly protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
  readonly sasl?: SaslOptions;
  readonly tls?: TlsOptions;
}

/** How a user logs in. */
export type SaslOptions = Extract<SaslSettings, { username: string }> | OAuthOptions;

/** A token as it stands, or where to ask for one. */
interface OAuthOptions {
  readonly mechanism: "OAUTHBEARER";
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scope?: string;
  /** An unsigned token's subject, as development brokers take it. */
  readonly unsecuredSubject?: string;
}

/** Certificates and keys as text (PEM) or as names of files. */
export interface TlsOptions {
  readonly trusted?: PemSource;
  readonly keystore?: { readonly file: string; readonly isPem: boolean; readonly password?: string };
  readonly key?: string;
  readonly certificates?: string;
  readonly keyPassword?: string;
  readonly checkName: boolean;
}

/** PEM text, or the file that holds it. */
type PemSource = { readonly text: string } | { readonly file: string };

/** What is wrong with an option, to be reported in its name. */
export interface SecurityMistake {
  readonly option: string;
  /** Absent when the option is. */
  readonly value?: string;
  readonly expected: string;
}

/** The security options of a read, or what is wrong with them. `options` have their prefix `kafka.`. */
export function readSecurity(options: ReaderOptions): SecurityOptions | readonly SecurityMistake[] {
  const protocol = (options.get("kafka.security.protocol") ?? "PLAINTEXT")
    .trim()
    .toUpperCase() as SecurityOptions["protocol"];
  const sasl = protocol.startsWith("SASL") ? readSasl(options) : undefined;
  if (sasl !== undefined && "expected" in sasl) return [sasl];
  const tls = protocol.endsWith("SSL") ? readTls(options) : undefined;
  if (tls !== undefined && "expected" in tls) return [tls];
  return { protocol, ...(sasl && { sasl }), ...(tls && { tls }) };
}

const MODULES: Readonly<Record<string, string>> = {
  PLAIN: "PlainLoginModule",
  "SCRAM-SHA-256": "ScramLoginModule",
  "SCRAM-SHA-512": "ScramLoginModule",
  OAUTHBEARER: "OAuthBearerLoginModule",
};

function readSasl(options: ReaderOptions): SaslOptions | SecurityMistake {
  const mechanism = (options.get("kafka.sasl.mechanism") ?? "GSSAPI").trim().toUpperCase();
  const module = MODULES[mechanism];
  const text = options.get("kafka.sasl.jaas.config");
  if (module === undefined) {
    const expected = "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER";
    return { option: "kafka.sasl.mechanism", value: mechanism, expected };
  }
  const example = `org.apache.kafka.common.security.${module === "PlainLoginModule" ? "plain" : module === "ScramLoginModule" ? "scram" : "oauthbearer"}.${module} required`;
  const login = text === undefined ? undefined : parseJaas(text);
  if (login === undefined || login.module !== module) {
    return jaasMistake(`a login for ${mechanism}, as \`${example} username="u" password="p";\``, text === undefined);
  }
  if (mechanism === "OAUTHBEARER") return readOAuth(login.options, options);
  const { username, password } = login.options;
  if (username === undefined || password === undefined) return jaasMistake("a login with username and password");
  return { mechanism: mechanism as "PLAIN", username, password };
}

/** The value may hold a password: it is not repeated. */
function jaasMistake(expected: string, isMissing = false): SecurityMistake {
  return { option: "kafka.sasl.jaas.config", ...(!isMissing && { value: ".." }), expected };
}

function readOAuth(login: Readonly<Record<string, string>>, options: ReaderOptions): OAuthOptions | SecurityMistake {
  const tokenUrl = options.get("kafka.sasl.oauthbearer.token.endpoint.url");
  const { clientId, clientSecret, scope, unsecuredLoginStringClaim_sub: unsecuredSubject } = login;
  if (unsecuredSubject !== undefined) return { mechanism: "OAUTHBEARER", unsecuredSubject };
  if (tokenUrl === undefined || clientId === undefined || clientSecret === undefined) {
    return jaasMistake("a login with clientId and clientSecret, beside kafka.sasl.oauthbearer.token.endpoint.url");
  }
  return { mechanism: "OAUTHBEARER", tokenUrl, clientId, clientSecret, ...(scope && { scope }) };
}

function readTls(options: ReaderOptions): TlsOptions | SecurityMistake {
  const get = (name: string): string | undefined => options.get(`kafka.ssl.${name}`);
  const [trustText, trustFile] = [get("truststore.certificates"), get("truststore.location")];
  const isPem = get("truststore.type")?.toUpperCase() === "PEM" || /\.(pem|crt|cer)$/i.test(trustFile ?? ".pem");
  if (!isPem) {
    const expected = "a PEM file, which `keytool -list -rfc -keystore FILE > ca.pem` makes of Java's";
    return { option: "kafka.ssl.truststore.location", value: trustFile ?? "", expected };
  }
  const trusted =
    trustText !== undefined ? { text: trustText } : trustFile !== undefined ? { file: trustFile } : undefined;
  const keystore = readKeystore(get);
  if (keystore !== undefined && "expected" in keystore) return keystore;
  const [key, certificates, keyPassword] = [
    get("keystore.key"),
    get("keystore.certificate.chain"),
    get("key.password"),
  ];
  return {
    ...(trusted && { trusted }),
    ...(keystore && { keystore }),
    ...(key && { key }),
    ...(certificates && { certificates }),
    ...(keyPassword && { keyPassword }),
    checkName: (get("endpoint.identification.algorithm") ?? "https").trim() !== "",
  };
}

function readKeystore(get: (name: string) => string | undefined): TlsOptions["keystore"] | SecurityMistake {
  const file = get("keystore.location");
  if (file === undefined) return undefined;
  const password = get("keystore.password");
  const type = get("keystore.type")?.toUpperCase();
  const isPem = type === "PEM" || (type === undefined && /\.(pem|crt)$/i.test(file));
  if (!isPem && type !== "PKCS12" && !/\.(p12|pfx)$/i.test(file)) {
    const expected =
      "a PKCS12 or PEM file; `keytool -importkeystore -srckeystore FILE -destkeystore client.p12 -deststoretype PKCS12` makes one";
    return { option: "kafka.ssl.keystore.location", value: file, expected };
  }
  return { file, isPem, ...(password !== undefined && { password }) };
}

/** Reads the files. @throws Error when one cannot be read */
export function loadTls(options: TlsOptions): TlsSettings {
  const { trusted, keystore, key, certificates, keyPassword, checkName } = options;
  const passphrase = keyPassword ?? keystore?.password;
  const pem = keystore?.isPem ? readFileSync(keystore.file, "utf8") : undefined;
  return {
    ...(trusted && { ca: "text" in trusted ? trusted.text : readFileSync(trusted.file) }),
    ...(keystore && !keystore.isPem && { pfx: readFileSync(keystore.file) }),
    ...((pem ?? key) && { key: pem ?? key ?? "" }),
    ...((pem ?? certificates) && { cert: pem ?? certificates ?? "" }),
    ...(passphrase !== undefined && { passphrase }),
    checkName,
  };
}

/** The login with a way to get tokens. */
export function saslSettings(options: SaslOptions): SaslSettings {
  if (options.mechanism !== "OAUTHBEARER") return options;
  return { mechanism: "OAUTHBEARER", token: () => fetchToken(options) };
}

async function fetchToken({
  tokenUrl,
  clientId,
  clientSecret,
  scope,
  unsecuredSubject,
}: OAuthOptions): Promise<string> {
  if (unsecuredSubject !== undefined) return unsecuredToken(unsecuredSubject);
  const body = new URLSearchParams({ grant_type: "client_credentials", ...(scope && { scope }) });
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  const answer = await fetch(tokenUrl ?? "", { method: "POST", body, headers: { authorization } });
  const json = (await answer.json().catch(() => ({}))) as { readonly access_token?: string; readonly error?: string };
  if (json.access_token !== undefined) return json.access_token;
  throw new Error(`${tokenUrl} gave no token (${answer.status} ${json.error ?? ""})`);
}

function unsecuredToken(subject: string): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ sub: subject, iat: now, exp: now + 3600 })}.`;
}
