/** Where a registry is and how it is spoken to: options as Databricks' `from_avro` has them, `confluent.schema.registry.address` among them. */
export type RegistryOptions = Readonly<Record<string, string>>;

/** The option that says where a registry is. Calls that have it read and write messages that begin with the id of their schema. */
export const REGISTRY_ADDRESS = "confluent.schema.registry.address";

/** The option with the id of the schema that messages are written with. */
export const REGISTRY_SCHEMA_ID = "confluent.schema.registry.id";

/** The option with the subject whose newest schema a call is read as; present when the call wants to start again with a newer one. */
export const REGISTRY_SUBJECT = "confluent.schema.registry.subject";

/** The condition of a read that ended since its subject has a newer schema than the one that it was understood with. */
export const NEWER_SCHEMA = "UNKNOWN_FIELD_EXCEPTION.NEWER_SCHEMA_OF_SUBJECT";

/** A schema as a registry keeps it, under an id that means it for ever. */
export interface RegisteredSchema {
  readonly id: number;
  readonly kind: "AVRO" | "PROTOBUF" | "JSON";
  /** As it was registered. */
  readonly schema: string;
  /** Of Protobuf: the files that it imports and that are not Google's own, each under its name, as versions of subjects. */
  readonly references: readonly SchemaReference[];
}

/** A file that a schema imports. */
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** What a message was written with: an Avro schema in JSON, or the full names of the messages of a Protobuf file by their place in it, as `0` and `0.1`. */
export type WriterSchema =
  | { readonly kind: "AVRO"; readonly schema: string }
  | { readonly kind: "PROTOBUF"; readonly messages: ReadonlyMap<string, string> };

/** A registry of the schemas of messages, by subject and version. */
export interface SchemaRegistry {
  /** The newest version of a subject; undefined when there is no such subject. @throws EngineError when the registry does not answer */
  latest(subject: string, options: RegistryOptions): Promise<RegisteredSchema | undefined>;
  /** The id under which a subject has a schema; undefined when it has it not. @throws EngineError when the registry does not answer */
  find(subject: string, schema: string, options: RegistryOptions): Promise<number | undefined>;
  /** The FileDescriptorSet of a Protobuf schema: its own file is the last. @throws EngineError when the registry does not answer, or has not all that it imports */
  descriptors(schema: RegisteredSchema, options: RegistryOptions): Promise<Uint8Array>;
  /**
   * The schema of an id, from memory after the first time; undefined when the id is none of an Avro or Protobuf schema. Holds the process until the registry answers.
   *
   * @throws Error; with NEWER_SCHEMA in its text when the options name a subject, and that has got another newest schema than theirs
   */
  writerSchema(options: RegistryOptions, id: number): WriterSchema | undefined;
}
