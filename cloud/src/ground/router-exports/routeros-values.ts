/** Values as RouterOS writes them, read. Each function gives null for what is of another shape. Pure. */

/** A row of a menu: names and values as RouterOS has them. */
export type MenuRow = Readonly<Record<string, string>>;

const unitSeconds: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };

const durationCharactersMax = 60;

/** `1d2h`, `30m`, `1w`, `02:30:00`, `3d02:30:00`; a bare number is seconds. Milliseconds are dropped. */
export function durationSeconds(text: string): number | null {
  // Of a longer one the search below would take hours.
  if (text.length > durationCharactersMax) return null;
  const [, units = "", hours, minutes, seconds] =
    /^((?:\d+[wdhms])*)(?:(\d+):(\d\d):(\d\d))?$/.exec(text.replace(/\d+ms$/, "")) ?? [];
  if (/^\d{1,12}$/.test(text)) return Number(text);
  if (units === "" && hours === undefined) return null;
  let sum = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  for (const [, count, unit = ""] of units.matchAll(/(\d+)([wdhms])/g)) sum += Number(count) * (unitSeconds[unit] ?? 0);
  return Number.isSafeInteger(sum) ? sum : null;
}

const powers: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4 };

/** `5368709120`, `5G`, `5368709120B`, `5GiB`: steps of 1024. */
export function byteCount(text: string): number | null {
  return scaled(text.replace(/i?B$/, ""), 1024);
}

/**
 * `512k/2M`, or `1000000B` as User Manager writes its bits, with or without bursts behind it: the first is what the router receives, so the customer's upload. 0 is no limit.
 * @see MikroTik manual, HotSpot: rate-limit
 */
export function rateLimit(text: string): { readonly upKbps: number | null; readonly downKbps: number | null } | null {
  const [pair = ""] = text.trim().split(/\s+/);
  const [up = "", down = up] = pair.split("/");
  const [upBits, downBits] = [scaled(up.replace(/B$/, ""), 1000), scaled(down.replace(/B$/, ""), 1000)];
  if (upBits === null || downBits === null) return null;
  const kbps = (bits: number) => (bits === 0 ? null : Math.max(1, Math.round(bits / 1000)));
  return { upKbps: kbps(upBits), downKbps: kbps(downBits) };
}

function scaled(text: string, step: number): number | null {
  const [, number, unit = ""] = /^(\d{1,15})([kKmMgGtT]?)$/.exec(text) ?? [];
  const value = Number(number) * step ** (powers[unit.toLowerCase()] ?? 0);
  return number !== undefined && Number.isSafeInteger(value) ? value : null;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `2026-11-22 14:00:00`, or `nov/22/2026 14:00:00` as before 7.10. By the router's clock, which is `offsetMinutes` ahead of UTC. */
export function dateTimeMs(text: string, offsetMinutes: number): number | null {
  const [, name = "", day = "", year = "", atOld] = /^([a-z]{3})\/(\d\d?)\/(\d{4}) (\d\d:\d\d:\d\d)$/i.exec(text) ?? [];
  const month = months.indexOf(name.toLowerCase()) + 1;
  const old = month > 0 ? `${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")} ${atOld}` : null;
  const iso = old ?? (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? text : null);
  if (iso === null) return null;
  const localMs = Date.parse(`${iso.replace(" ", "T")}Z`);
  // The engine takes February 30 for March 2.
  if (Number.isNaN(localMs) || new Date(localMs).toISOString().slice(0, 10) !== iso.slice(0, 10)) return null;
  return localMs - offsetMinutes * 60_000;
}

/** A date at the head of a comment: what stands behind it is somebody's note. */
export function dateAtHeadMs(text: string, offsetMinutes: number): number | null {
  const [head] = /^(?:[a-z]{3}\/\d\d?\/\d{4}|\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d(?=\s|$)/i.exec(text.trim()) ?? [];
  return head === undefined ? null : dateTimeMs(head, offsetMinutes);
}

/**
 * What a script keeps at the head of a line's comment, often without a time: until that day's end then (`isDay`). `note`: what stands behind it. Null: no date stands there,
 * or there is no such day.
 */
export function paidUntilAtHead(
  text: string,
  offsetMinutes: number,
): { readonly untilMs: number; readonly isDay: boolean; readonly note: string } | null {
  const [, day, clock, seconds = ":00", note = ""] =
    /^([a-z]{3}\/\d\d?\/\d{4}|\d{4}-\d\d-\d\d)(?: (\d\d:\d\d)(:\d\d)?)?(?:[\s,;|-]+(.*))?$/is.exec(text.trim()) ?? [];
  const atMs = day === undefined ? null : dateTimeMs(`${day} ${clock ?? "00:00"}${seconds}`, offsetMinutes);
  const isDay = clock === undefined;
  return atMs === null ? null : { untilMs: isDay ? atMs + 86_400_000 : atMs, isDay, note: note.trim() };
}

/** Null for `none`, `0s` and nothing. */
export function givenSeconds(text: string | undefined): number | null {
  const value = text === undefined ? null : durationSeconds(text);
  return value === 0 ? null : value;
}

/** Of that shape, whatever its numbers. */
export const ip4 = /^\d{1,3}(\.\d{1,3}){3}$/;
export const prefix4 = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;

export const isYes = (text: string | undefined): boolean => text === "yes" || text === "true";

/** RouterOS makes numbers and lists of what looks like one. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(",");
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : "";
}
