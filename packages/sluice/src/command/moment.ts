import { parseDuration } from "@sluice/query";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";

const ZONE = /(z|[+-]\d\d(:?\d\d)?)$/i;
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?.*)?$/i;

/**
 * The moment that an option names: a date or time of ISO 8601, in UTC unless it has a zone, or a length of time such as `2 hours`, which is that long before `now`.
 *
 * @throws CommandError when it is neither.
 */
export function momentOf(option: string, text: string, now: number = Date.now()): Date {
  const length = parseDuration(text);
  if (length !== undefined) return new Date(now - Number(length / 1000n));
  const hasZone = text.length > 10 && ZONE.test(text);
  const moment = TIME.test(text) ? new Date(hasZone || text.length <= 10 ? text : `${text}Z`) : undefined;
  if (moment !== undefined && !Number.isNaN(moment.getTime())) return moment;
  throw new CommandError(
    EXIT.wrong,
    `${option} takes a time such as 2026-11-29T10:00 or a length of time such as '2 hours', not "${text}".`,
  );
}
