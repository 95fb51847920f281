import { PipelineError } from "@sluice/pipelines";
import type { DataSource } from "@sluice/query";
import { ClientOptions, type UnderstoodOptions } from "./client-options.ts";
import type { KafkaRead, TopicChoice } from "./kafka-read.ts";
import { type OffsetChoice, parseAssignment, parsePartitionNumbers } from "./offset-choice.ts";
import { READ_OPTIONS } from "./option-table.ts";

const WHERE = "The Kafka source";
const DELAY_MS = 15 * 60_000;

/** The options of a read understood, or everything that is wrong with them. */
export function readOptions(leaf: DataSource): UnderstoodOptions<KafkaRead> {
  return new OptionParser(leaf).understood((parser) => parser.read());
}

/** One read's options, and what is wrong with them. */
class OptionParser extends ClientOptions {
  readonly #leaf: DataSource;

  constructor(leaf: DataSource) {
    super({ where: WHERE, names: READ_OPTIONS, options: leaf.options, origin: leaf.origin });
    this.#leaf = leaf;
  }

  read(): KafkaRead | undefined {
    this.#checkLeaf();
    const { streaming } = this.#leaf;
    const { options } = this;
    const brokers = this.brokers();
    const topics = this.#topics();
    const starting = this.#offsets("starting", streaming ? "latest" : "earliest");
    const ending = this.#offsets("ending", "latest");
    this.#checkUse(starting, ending);
    const security = this.security();
    if (security === undefined || topics === undefined || starting === undefined || ending === undefined)
      return undefined;
    const [maxOffsets, minOffsets] = [options.count("maxOffsetsPerTrigger"), options.count("minOffsetsPerTrigger")];
    return {
      brokers,
      ...this.cluster(),
      security,
      topics,
      starting,
      ending,
      failOnDataLoss: options.flag("failOnDataLoss") ?? true,
      ...(maxOffsets && { maxOffsets }),
      ...(minOffsets && { minOffsets }),
      maxDelayMs: options.interval("maxTriggerDelay") ?? DELAY_MS,
      includeHeaders: options.flag("includeHeaders") ?? false,
      isCommitted: (options.get("kafka.isolation.level") ?? "read_committed").toLowerCase() === "read_committed",
    };
  }

  #checkLeaf(): void {
    this.checkNames();
    if (this.#leaf.paths.length > 0) {
      const why = "Kafka is read without a path: say which topics with subscribe";
      this.mistake({ kind: "NotSupported", option: "path", value: this.#leaf.paths.join(", "), why });
    }
    if (this.#leaf.schema !== undefined) {
      const why = "the columns of Kafka are given (key, value, topic, ..); parse the value in the query with from_json";
      this.mistake({ kind: "NotSupported", option: "schema", value: "..", why });
    }
  }

  #topics(): TopicChoice | undefined {
    const given = ["subscribe", "subscribePattern", "assign"].filter((name) => this.options.get(name) !== undefined);
    if (given.length === 0) this.missing("subscribe", '.option("subscribe", "orders"), or subscribePattern, or assign');
    if (given.length > 1)
      this.add(
        new PipelineError(
          "OPTIONS_EXCLUDE_EACH_OTHER",
          { where: WHERE, options: given },
          { origin: this.#leaf.origin },
        ),
      );
    const [name, ...others] = given;
    if (name === undefined || others.length > 0) return undefined;
    const value = this.options.get(name) ?? "";
    if (name === "subscribe") return this.#subscribe(value);
    return name === "subscribePattern" ? this.#pattern(value) : this.#assign(value);
  }

  #subscribe(value: string): TopicChoice | undefined {
    const topics = [
      ...new Set(
        value
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean),
      ),
    ];
    if (topics.length > 0) return { kind: "Subscribe", topics };
    return this.bad("subscribe", value, "a list of topics");
  }

  #pattern(value: string): TopicChoice | undefined {
    const pattern = value.trim();
    if (pattern !== "" && isPattern(pattern)) return { kind: "SubscribePattern", pattern };
    return this.bad("subscribePattern", value, "a regular expression for names of topics");
  }

  #assign(value: string): TopicChoice | undefined {
    const partitions = parseAssignment(value);
    if (partitions !== undefined) return { kind: "Assign", partitions };
    return this.bad("assign", value, 'topics and their partitions, as {"orders":[0,1]}');
  }

  /** The most exact of three ways to say it wins, as in Spark. */
  #offsets(end: "starting" | "ending", standard: "earliest" | "latest"): OffsetChoice | undefined {
    const time = this.options.get(`${end}Timestamp`);
    const strategy = this.options.get("startingOffsetsByTimestampStrategy")?.trim().toLowerCase();
    const otherwise = end === "ending" || strategy === "latest" ? "latest" : "error";
    if (time !== undefined) {
      if (/^\d{1,15}$/.test(time.trim())) return { kind: "Timestamp", time: Number(time), otherwise };
      return this.bad(`${end}Timestamp`, time, "milliseconds since 1970");
    }
    const times = this.options.get(`${end}OffsetsByTimestamp`);
    if (times !== undefined) {
      const topics = parsePartitionNumbers(times);
      if (topics !== undefined) return { kind: "Timestamps", topics, otherwise };
      return this.bad(
        `${end}OffsetsByTimestamp`,
        times,
        'times by topic and partition, as {"orders":{"0":1700000000000}}',
      );
    }
    return this.#offsetsByName(`${end}Offsets`, (this.options.get(`${end}Offsets`) ?? standard).trim());
  }

  #offsetsByName(option: string, text: string): OffsetChoice | undefined {
    if (text.toLowerCase() === "earliest") return { kind: "Earliest" };
    if (text.toLowerCase() === "latest") return { kind: "Latest" };
    const topics = parsePartitionNumbers(text);
    if (topics !== undefined && allNumbers(topics).every((one) => one >= -2)) return { kind: "Offsets", topics };
    return this.bad(option, text, 'earliest, latest, or offsets as {"orders":{"0":23,"1":-2}}');
  }

  #checkUse(starting: OffsetChoice | undefined, ending: OffsetChoice | undefined): void {
    const { streaming } = this.#leaf;
    if (streaming) {
      for (const option of ["endingOffsets", "endingTimestamp", "endingOffsetsByTimestamp"]) {
        const value = this.options.get(option);
        const why = "a stream has no end; read the topic with spark.read to have a part of it";
        if (value !== undefined) this.mistake({ kind: "NotSupported", option, value, why });
      }
    } else {
      if (includesMark(starting, "Latest", -1))
        this.bad(
          "startingOffsets",
          "latest",
          "a place before the end: a batch read from the latest offsets has no rows",
        );
      if (includesMark(ending, "Earliest", -2))
        this.bad(
          "endingOffsets",
          "earliest",
          "a place after the beginning: a batch read up to the earliest offsets has no rows",
        );
    }
    const [most, least] = [this.options.count("maxOffsetsPerTrigger"), this.options.count("minOffsetsPerTrigger")];
    if (most !== undefined && least !== undefined && least > most)
      this.bad("minOffsetsPerTrigger", String(least), `at most maxOffsetsPerTrigger (${most})`);
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function allNumbers(topics: Readonly<Record<string, Readonly<Record<string, number>>>>): readonly number[] {
  return Object.values(topics).flatMap((partitions) => Object.values(partitions));
}

function includesMark(choice: OffsetChoice | undefined, kind: OffsetChoice["kind"], mark: number): boolean {
  return choice?.kind === kind || (choice?.kind === "Offsets" && allNumbers(choice.topics).includes(mark));
}
