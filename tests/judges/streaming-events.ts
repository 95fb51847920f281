/** One row of a stream as JSON. */
export interface StreamEvent {
  readonly id: number;
  readonly k: string | null;
  readonly ts: string | null;
  readonly v: number | null;
  readonly d: number | null;
  readonly x: number;
}

/** Files of both streams by round; each file is a batch. */
export type EventRounds = readonly {
  readonly left: readonly (readonly StreamEvent[])[];
  readonly right: readonly (readonly StreamEvent[])[];
}[];

/** Numbers from 0 to 1 that a seed decides. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const START = Date.UTC(2024, 2, 10, 0, 0, 0);
const MINUTE = 60_000;
const ROUNDS = 2;
const FILES = 2;

/** Times go on by about nine minutes a file; a row comes up to 25 minutes late, some at the same moment, some at the edge of a window, few without a time. */
export function drawRounds(seed: number): EventRounds {
  const next = random(seed);
  let id = 0;
  const file = (number: number): readonly StreamEvent[] =>
    Array.from({ length: 6 + Math.floor(next() * 12) }, () => drawEvent(next, ++id, number));
  return Array.from({ length: ROUNDS }, (_, round) => ({
    left: Array.from({ length: FILES }, (_, i) => file(round * FILES + i)),
    right: Array.from({ length: FILES }, (_, i) => file(round * FILES + i)),
  }));
}

function drawEvent(next: () => number, id: number, file: number): StreamEvent {
  const late = next() < 0.3 ? next() * 25 * MINUTE : next() * 3 * MINUTE;
  const exact = START + file * 9 * MINUTE - late;
  const grain = next() < 0.5 ? MINUTE : 1;
  const key = ["a", "b", "c", "d", null][Math.floor(next() * 5)] ?? null;
  return {
    id,
    k: key,
    ts: next() < 0.06 ? null : new Date(Math.floor(exact / grain) * grain).toISOString(),
    v: next() < 0.15 ? null : Math.floor(next() * 6),
    d: next() < 0.15 ? null : Math.floor(next() * 10_000) / 100,
    x: Math.floor(next() * 100) / 4,
  };
}
