// The files of a month: what is in a round depends on its number alone. Each record carries a uid that occurs nowhere else.

/** A generator of numbers from 0 to below 1 that always gives the same for a seed. */
export function numbers(seed) {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    state ^= state >>> 13;
    return (state >>> 0) / 4294967296;
  };
}

/** Whether the pipeline is updated after a round. */
export function isUpdateDue(round) {
  return round === 0 || numbers(round + 7)() < 0.05;
}

/** Name and content of the files of a round: one or two, of some ten records. */
export function filesOfRound(round) {
  const next = numbers(round);
  const count = next() < 0.3 ? 2 : 1;
  return Array.from({ length: count }, (_, file) => {
    const records = Array.from({ length: Math.floor(next() * 20) }, (_, i) =>
      line(record(round, `r${round}-${file}-${i}.`, next), next),
    );
    const end = next() < 0.1 ? "" : "\n";
    return [
      `${String(round).padStart(4, "0")} k=${file} %41.json`,
      records.join("\n") + (records.length > 0 ? end : ""),
    ];
  });
}

/** The uids of all records up to a round. */
export function uids(rounds) {
  return Array.from({ length: rounds }, (_, round) =>
    filesOfRound(round).flatMap(([, text]) => text.match(/r\d+-\d+-\d+\./g) ?? []),
  ).flat();
}

function record(round, uid, next) {
  const value = { uid, amount: Math.floor(next() * 1000), n: { a: next() < 0.5 ? "x" : null }, items: [] };
  for (const [chance, change] of DRIFTS) if (next() < chance) change(value, round);
  return value;
}

/** How often a record differs from those of the first day, and how. */
const DRIFTS = [
  [0.1, (value) => Object.assign(value, { amount: "many" })],
  [0.05, (value) => Object.assign(value, { amount: 1.5 })],
  [0.05, (value) => Object.assign(value, { AMOUNT: 3 })],
  [0.3, (value, round) => value.items.push({ q: 1, ...(round > 40 ? { [`q${Math.floor(round / 40)}`]: true } : {}) })],
  [0.2, (value, round) => Object.assign(value, { [`c${Math.floor(round / 9)}`]: round % 2 === 0 ? "text" : 7 })],
  [0.1, (value, round) => Object.assign(value.n, { [`f${Math.floor(round / 25)}`]: { deep: [round] } })],
  [0.05, (value) => Object.assign(value, { n: "no object" })],
  [0.05, (value, round) => Object.assign(value, round > 0 ? { "odd name": 1 } : {})],
  [0.03, (value, round) => Object.assign(value, { [`null${Math.floor(round / 100)}`]: null })],
  [0.03, (value) => Object.assign(value, { empty: {} })],
  [0.05, (value) => Object.assign(value, { ünï: "漢字 \u{1F600}" })],
];

function line(value, next) {
  const text = JSON.stringify(value);
  const kind = next();
  if (kind < 0.04) return text.slice(0, text.indexOf(".") + 2);
  if (kind < 0.07) return text.replace('"uid"', '"UID"');
  if (kind < 0.1) return text.replace(/"uid":"([^"]+)"/, '"uid":{"is":"$1"}');
  if (kind < 0.12) return `not json ${value.uid}`;
  if (kind < 0.13) return `[${text}]`;
  return text;
}
