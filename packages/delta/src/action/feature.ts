import type { Metadata, Protocol } from "./action.ts";

interface Feature {
  readonly reader: boolean;
  /** The writer version before 7 that implies it; absent for features that exist by name only. */
  readonly impliedBy?: number;
  readonly read: Support;
  readonly write: Support;
}

/** Whether we honour a feature: always, never, or only while a table does not make use of it. */
type Support = boolean | ((metadata: Metadata | undefined) => boolean);

const writerOnly = (write: Support, impliedBy?: number): Feature => ({
  reader: false,
  read: true,
  write,
  ...(impliedBy === undefined ? {} : { impliedBy }),
});

const both = (read: Support, write: Support = read): Feature => ({ reader: true, read, write });

const noColumnMapping: Support = (metadata) =>
  (metadata?.configuration["delta.columnMapping.mode"] ?? "none") === "none";
const unlessFieldHas =
  (key: string): Support =>
  (metadata) =>
    !(metadata?.schemaString ?? "").includes(`"${key}`);
const unlessPropertyHas =
  (prefix: string): Support =>
  (metadata) =>
    !Object.keys(metadata?.configuration ?? {}).some((key) => key.startsWith(prefix));

/** The features that we know, by name. */
const FEATURES: Readonly<Record<string, Feature>> = {
  appendOnly: writerOnly(true, 2),
  invariants: writerOnly(unlessFieldHas("delta.invariants"), 2),
  checkConstraints: writerOnly(unlessPropertyHas("delta.constraints."), 3),
  changeDataFeed: writerOnly(true, 4),
  generatedColumns: writerOnly(true, 4),
  columnMapping: { ...both(noColumnMapping), impliedBy: 5 },
  identityColumns: writerOnly(true, 6),
  allowColumnDefaults: writerOnly(unlessFieldHas("CURRENT_DEFAULT")),
  domainMetadata: writerOnly(true),
  inCommitTimestamp: writerOnly(true),
  checkpointProtection: writerOnly(true),
  deletionVectors: both(true),
  timestampNtz: both(true),
  timestampWithoutTimezone: both(true, false),
  typeWidening: both(true),
  "typeWidening-preview": both(true),
  variantType: both(true),
  "variantType-preview": both(true),
  v2Checkpoint: both(true),
  vacuumProtocolCheck: both(true),
};

/** The names of features that a protocol lists, or implies by its version numbers, for writers. */
export function writerFeaturesOf(protocol: Protocol): readonly string[] {
  if (protocol.minWriterVersion >= 7) return protocol.writerFeatures ?? [];
  return Object.entries(FEATURES).flatMap(([name, feature]) =>
    feature.impliedBy !== undefined && feature.impliedBy <= protocol.minWriterVersion ? [name] : [],
  );
}

function readerFeaturesOf(protocol: Protocol): readonly string[] {
  if (protocol.minReaderVersion >= 3) return protocol.readerFeatures ?? [];
  return protocol.minReaderVersion === 2 ? ["columnMapping"] : [];
}

/** The features that stop us from reading a table; empty when we can. */
export function unreadableFeatures(protocol: Protocol, metadata: Metadata | undefined): readonly string[] {
  if (protocol.minReaderVersion > 3) return [`reader version ${protocol.minReaderVersion}`];
  return readerFeaturesOf(protocol).filter((name) => !supports(FEATURES[name]?.read, metadata));
}

/** The features that stop us from writing a table; empty when we can. Whatever stops reading stops writing. */
export function unwritableFeatures(protocol: Protocol, metadata: Metadata | undefined): readonly string[] {
  if (protocol.minWriterVersion > 7) return [`writer version ${protocol.minWriterVersion}`];
  const unwritable = writerFeaturesOf(protocol).filter((name) => !supports(FEATURES[name]?.write, metadata));
  return [...new Set([...unreadableFeatures(protocol, metadata), ...unwritable])];
}

/** Whether we may put a feature on a table because its owner asked for it by name. */
export function mayEnable(name: string): boolean {
  return FEATURES[name]?.write === true && name !== "v2Checkpoint";
}

function supports(support: Support | undefined, metadata: Metadata | undefined): boolean {
  return typeof support === "function" ? support(metadata) : support === true;
}

/**
 * The least protocol that has `needed` and everything that `current` has. Plain tables get versions 1 and 2, which imply `appendOnly` and
 * `invariants`; as soon as another feature is needed, features are listed by name. Gives `current` itself when it has all.
 */
export function protocolWith(current: Protocol | undefined, needed: ReadonlySet<string>): Protocol {
  const base = current ?? { kind: "Protocol", minReaderVersion: 1, minWriterVersion: 2 };
  const present = new Set(writerFeaturesOf(base));
  if ([...needed].every((name) => present.has(name))) return base;
  const isNew = current === undefined;
  const writerFeatures = [...new Set([...(isNew ? [] : present), ...needed])].sort();
  const readers = new Set([...readerFeaturesOf(base), ...writerFeatures.filter((name) => FEATURES[name]?.reader)]);
  const minWriterVersion = 7;
  if (readers.size === 0) return { kind: "Protocol", minReaderVersion: 1, minWriterVersion, writerFeatures };
  return {
    kind: "Protocol",
    minReaderVersion: 3,
    minWriterVersion,
    readerFeatures: [...readers].sort(),
    writerFeatures,
  };
}
