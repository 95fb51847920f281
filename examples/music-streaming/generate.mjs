// Makes the events of a music service: sessions in which people look at pages and listen to songs, the same for the same arguments. Some events lack their
// time or their user, as those of people who have not logged in do.
//
//   node examples/music-streaming/generate.mjs [--broker localhost:9092] [--into examples/music-streaming/data/topics]
//                                              [--batch 1] [--sessions 600] [--from 2025-07-09T10:00:00Z] [--minutes 60]
//
// With --broker the events are sent there, and recorded only where --into says. --from is an hour ago if it is not given. Sessions that are not over at the end go no further.
import { parseArgs } from "node:util";
import { deliver, pick, randomNumbers } from "../topics.mjs";

const USERS = 400;
const FIRST = ["Ada", "Ben", "Chloe", "Diego", "Emma", "Femi", "Grace", "Hiro", "Ines", "Jonas", "Kiran", "Lena"];
const LAST = ["Almeida", "Brandt", "Costa", "Diallo", "Eriksen", "Fischer", "Garcia", "Hughes", "Ito", "Jensen"];
const CITIES = ["Berlin", "Chicago", "Lagos", "Lima", "Lyon", "Osaka", "Porto", "Toronto"];
const AGENTS = ["Mozilla/5.0 (Windows NT 10.0)", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5)", "Mozilla/5.0 (Macintosh)"];
const ARTISTS = ["Quiet Harbour", "The Paper Lanterns", "Nova Delgado", "Tin Orchard", "Juno & Ray", "Slow Meridian"];
const PAGES = ["Home", "Thumbs Up", "Add to Playlist", "Settings", "Help", "Thumbs Down", "Upgrade"];

const { values } = parseArgs({
  options: {
    broker: { type: "string" },
    into: { type: "string" },
    batch: { type: "string", default: "1" },
    sessions: { type: "string", default: "600" },
    from: { type: "string", default: new Date(Date.now() - 3_600_000).toISOString() },
    minutes: { type: "string", default: "60" },
  },
});
const batch = Number(values.batch);
const begin = Date.parse(values.from);
const length = Number(values.minutes) * 60_000;

/** The same person for the same number, in every batch. */
function personOf(number) {
  const random = randomNumbers(number + 1000);
  const [firstName, lastName] = [pick(random, FIRST), pick(random, LAST)];
  const gender = random() < 0.5 ? "F" : "M";
  const level = random() < 0.3 ? "paid" : "free";
  return { userId: String(number), firstName, lastName, gender, level, city: pick(random, CITIES) };
}

const NOBODY = { userId: null, firstName: null, lastName: null, gender: null, level: "free", city: null };

function page(random, event) {
  const status = random() < 0.01 ? 404 : 200;
  const method = ["Thumbs Up", "Thumbs Down", "Add to Playlist", "NextSong"].includes(event.page) ? "PUT" : "GET";
  return { ...event, method, status };
}

/** Visitors see two pages; others up to 27, most of them songs that they listen to. */
function sessionEvents(random, number) {
  const person = random() < 0.03 ? NOBODY : personOf(Math.floor(random() * random() * USERS));
  const base = { sessionId: `${batch}-${number}`, ...person, userAgent: pick(random, AGENTS) };
  const events = [];
  const [steps, pages] = person === NOBODY ? [2, ["Home", "Login"]] : [3 + Math.floor(random() * 25), PAGES];
  let ts = begin + Math.floor(random() * length);
  for (let step = 0; step < steps && ts < begin + length; step++) {
    const at = { key: base.sessionId, timestamp: ts };
    const event = { ts: random() < 0.004 ? null : ts, ...base };
    const listens = person !== NOBODY && random() < 0.7;
    const duration = Math.round((120 + random() * 200) * 100) / 100;
    const shown = listens ? "NextSong" : pick(random, pages);
    events.push({ ...at, topic: "page_view_events", event: page(random, { ...event, page: shown }) });
    if (listens) events.push({ ...at, topic: "listen_events", event: { ...event, ...song(random), duration } });
    ts += Math.floor(listens ? duration * 1000 * random() : 4000 + random() * 20_000);
  }
  return events;
}

function song(random) {
  const artist = ARTISTS[Math.floor(random() * random() * ARTISTS.length)];
  const title = `${artist.split(" ").at(-1)} ${1 + Math.floor(random() * 12)}`;
  return { artist, song: random() < 0.003 ? "" : title };
}

const random = randomNumbers(batch);
const sessions = Array.from({ length: Number(values.sessions) }, (_, i) => sessionEvents(random, i + 1));
const messages = sessions
  .flat()
  .sort((a, b) => a.timestamp - b.timestamp)
  .map(({ event, ...message }) => ({ ...message, value: JSON.stringify(event) }));
const recording = values.broker === undefined ? "examples/music-streaming/data/topics" : undefined;
await deliver(messages, { broker: values.broker, into: values.into ?? recording, batch });
