import { randomBytes } from "node:crypto";
import type { EventSequence } from "./pipeline-event.ts";

const GREGORIAN_OFFSET = 122_192_928_000_000_000n;

/** Gives events their identity, time and place in the sequence. Times never go back. */
export class EventStamp {
  readonly #clock: () => number;
  readonly #instance: string;
  readonly #node = randomBytes(6).toString("hex");
  readonly #clockSequence = ((randomBytes(2).readUInt16BE() & 0x3fff) | 0x8000).toString(16);
  #micros = 0;

  /** `clock` gives milliseconds since the epoch; `instance` names this process in sequences. */
  constructor(clock: () => number, instance: string) {
    this.#clock = clock;
    this.#instance = instance;
  }

  /** A new identity; `timestamp` is in milliseconds since the epoch. */
  next(): { readonly id: string; readonly timestamp: number; readonly sequence: EventSequence } {
    this.#micros = Math.max(Math.trunc(this.#clock()) * 1000, this.#micros + 1);
    return {
      id: this.#timeBasedId(BigInt(this.#micros) * 10n),
      timestamp: Math.trunc(this.#micros / 1000),
      sequence: { control_plane_seq_no: null, data_plane_id: { instance: this.#instance, seq_no: this.#micros } },
    };
  }

  #timeBasedId(ticks: bigint): string {
    const time = (ticks + GREGORIAN_OFFSET).toString(16).padStart(15, "0");
    return `${time.slice(7)}-${time.slice(3, 7)}-1${time.slice(0, 3)}-${this.#clockSequence}-${this.#node}`;
  }
}
