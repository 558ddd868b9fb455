/** A calendar of its own for what the month must be, so that a mistake in the hub's is seen: years, months and days as people count them. */

const minuteMs = 60_000;
const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const lengthOf = (year: number, month: number) => (month === 2 && isLeap(year) ? 29 : (lengths[month - 1] as number));
const two = (value: number) => String(value).padStart(2, "0");

/** `2028-02-29T10:00:00.000` at a place so many minutes east of UTC. */
const localText = (atMs: number, eastMinutes: number) =>
  new Date(atMs + eastMinutes * minuteMs).toISOString().slice(0, -1);

const offsetText = (eastMinutes: number) => {
  const minutes = Math.abs(eastMinutes);
  return `${eastMinutes < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

/** The same day and time so many months later; the month's last day where it has no such day. */
export function monthsLater(atMs: number, months: number, eastMinutes: number): number {
  const text = localText(atMs, eastMinutes);
  let [year, month] = [Number(text.slice(0, 4)), Number(text.slice(5, 7))];
  const day = Number(text.slice(8, 10));
  for (let step = 0; step < months; step++) [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  const last = Math.min(day, lengthOf(year, month));
  return Date.parse(`${year}-${two(month)}-${two(last)}T${text.slice(11)}${offsetText(eastMinutes)}`);
}

/** A clock time on the day of a moment. */
export function onTheDayOf(atMs: number, time: string, eastMinutes: number): number {
  return Date.parse(`${localText(atMs, eastMinutes).slice(0, 10)}T${time}:00.000${offsetText(eastMinutes)}`);
}

/** The hub looks at each full minute. */
export const nextMinute = (atMs: number): number => Math.ceil(atMs / minuteMs) * minuteMs;
