import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROWS = 10;

/** Writes `count` JSON files of ten rows, evenly into `folders` folders; `first` numbers them on. */
export function generateSmallFiles(raw, { folders, count, first = 0 }) {
  for (let folder = 0; folder < folders; folder++) mkdirSync(join(raw, name("part", folder)), { recursive: true });
  for (let file = first; file < first + count; file++) {
    const lines = Array.from({ length: ROWS }, (_, row) => record(file * ROWS + row));
    writeFileSync(join(raw, name("part", file % folders), `${name("events", file)}.json`), lines.join(""));
  }
}

function name(word, number) {
  return `${word}-${String(number).padStart(6, "0")}`;
}

function record(id) {
  const day = String(1 + (id % 28)).padStart(2, "0");
  const status = ["pending", "completed", "cancelled"][id % 3];
  return `{"event_id":${id},"customer_id":${id % 50_000},"amount":${(id % 10_000) / 100},"status":"${status}","region":"eu-${id % 7}","at":"2024-01-${day}T10:00:00Z"}\n`;
}
