import { once } from "node:events";
import { Admin, Producer, stringSerializers } from "@platformatic/kafka";
import { type KafkaBroker, kafkaRig, startJavaClient } from "../../rigs/kafka.mjs";

/** Why tests on a broker are left out; undefined when they run. On CI they must run. */
export function brokerLeftOut(): string | undefined {
  if (kafkaRig() !== undefined || process.env["CI"] === "true") return undefined;
  return "no Kafka broker here; `npm run rigs` installs it, which needs a JDK and mvn";
}

/** A message as tests write them. */
export interface Message {
  readonly partition: number;
  readonly key?: string;
  readonly value: string;
}

/** Messages `v<from>`, `v<from + 1>` and on, spread over partitions. */
export function messages(from: number, count: number, partitions: number): readonly Message[] {
  return Array.from({ length: count }, (_, i) => ({
    partition: i % partitions,
    key: `k${from + i}`,
    value: `v${from + i}`,
  }));
}

/** Kafka's numbers for what access is about. */
const RESOURCES = { topic: 2, group: 3, transactionalId: 5 } as const;
const PATTERNS = { literal: 3, prefixed: 4 } as const;
const ANY_OPERATION = 2;
const DENY = 2;

/** Topics of a broker, made and filled. */
export class Topics {
  readonly admin: Admin;
  readonly #producer: Producer<string, string, string, string>;
  readonly #broker: string;

  constructor({ plaintext }: Pick<KafkaBroker, "plaintext">) {
    const options = { clientId: "tests", bootstrapBrokers: [plaintext] };
    this.admin = new Admin(options);
    this.#producer = new Producer({ ...options, serializers: stringSerializers });
    this.#broker = plaintext;
  }

  async create(name: string, partitions: number, configs: Readonly<Record<string, string>> = {}): Promise<void> {
    const list = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
    await this.admin.createTopics({ topics: [name], partitions, replicas: 1, configs: list });
    await this.#ready(name, partitions);
  }

  /** Gives a topic more partitions, `count` in all. */
  async grow(name: string, count: number): Promise<void> {
    await this.admin.createPartitions({ topics: [{ name, count }] });
    this.admin.clearMetadata();
    this.#producer.clearMetadata();
    await this.#ready(name, count);
  }

  /** Removes the records before an offset, as retention does. */
  async expire(name: string, partition: number, offset: number): Promise<void> {
    await this.admin.deleteRecords({ topics: [{ name, partitions: [{ partition, offset: BigInt(offset) }] }] });
  }

  /** Forbids a user all that can be done with resources of one name, or whose names begin with it. */
  async forbid(
    principal: string,
    kind: keyof typeof RESOURCES,
    name: string,
    pattern: keyof typeof PATTERNS,
  ): Promise<void> {
    const resource = { resourceType: RESOURCES[kind], resourceName: name, resourcePatternType: PATTERNS[pattern] };
    const denied = {
      principal: `User:${principal}`,
      host: "*",
      operation: ANY_OPERATION,
      permissionType: DENY,
    } as const;
    await this.admin.createAcls({ creations: [{ ...resource, ...denied }] });
  }

  async send(topic: string, list: readonly Message[]): Promise<void> {
    await this.#producer.send({ messages: list.map((one) => ({ topic, ...one })) });
  }

  /** Runs commands of Java's client, such as `consume orders`, and answers the lines that each printed. */
  async java(...commands: readonly string[]): Promise<readonly (readonly string[])[]> {
    const words = commands.flatMap((command, i) => [...(i > 0 ? ["--"] : []), ...command.split(" ")]);
    const child = startJavaClient([this.#broker, ...words]);
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`the Java client ended with ${code}`);
    const printed = text.split("\f").slice(0, commands.length);
    return printed.map((one) => one.split("\n").filter((line) => line !== ""));
  }

  /** Begins a transaction that stays open until the answer is called. */
  async openTransaction(topic: string): Promise<() => Promise<void>> {
    const child = startJavaClient([this.#broker, "open", topic]);
    await once(child.stdout, "data");
    return async () => {
      const ended = once(child, "close");
      child.stdin.end("\n");
      await ended;
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.close(), this.#producer.close()]);
  }

  /** Until its leaders are ready the producer sends again, and some messages twice. */
  async #ready(name: string, partitions: number): Promise<void> {
    const all = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1n }));
    await this.admin.listOffsets({ topics: [{ name, partitions: all }] });
  }
}
