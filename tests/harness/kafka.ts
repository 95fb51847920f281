import { Admin, Producer, stringSerializers } from "@platformatic/kafka";
import { type KafkaBroker, kafkaRig } from "../../rigs/kafka.mjs";

/** Why tests on a broker are left out; undefined when they run. On CI they must run. */
export function brokerLeftOut(): string | undefined {
  if (kafkaRig() !== undefined || process.env["CI"] === "true") return undefined;
  return "no Kafka broker here; `npm run rigs` installs it, which needs java and mvn";
}

/** A message as tests write them. */
export interface Message {
  readonly partition: number;
  readonly key?: string;
  readonly value: string;
}

/** Topics of a broker, made and filled. */
export class Topics {
  readonly admin: Admin;
  readonly #producer: Producer<string, string, string, string>;

  constructor({ plaintext }: Pick<KafkaBroker, "plaintext">) {
    const options = { clientId: "tests", bootstrapBrokers: [plaintext] };
    this.admin = new Admin(options);
    this.#producer = new Producer({ ...options, serializers: stringSerializers });
  }

  async create(name: string, partitions: number, configs: Readonly<Record<string, string>> = {}): Promise<void> {
    const list = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
    await this.admin.createTopics({ topics: [name], partitions, replicas: 1, configs: list });
    // Until its leaders are ready the producer sends again, and some messages twice.
    const all = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1n }));
    await this.admin.listOffsets({ topics: [{ name, partitions: all }] });
  }

  async send(topic: string, messages: readonly Message[]): Promise<void> {
    await this.#producer.send({ messages: messages.map((one) => ({ topic, ...one })) });
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.close(), this.#producer.close()]);
  }
}
