/** M-Pesa's times are East Africa Time, UTC+3 all year, without a time zone in the text. */

const offsetMs = 3 * 3_600_000;

/** `YYYY-MM-DD HH:mm:ss`. */
export function eastAfricaText(atMs: number): string {
  return new Date(atMs + offsetMs).toISOString().replace("T", " ").slice(0, 19);
}

/** `YYYYMMDDHHmmss`. */
export function eastAfricaStamp(atMs: number): string {
  return eastAfricaText(atMs).replace(/\D/g, "");
}

/** `year`, `month`, `day`, `hour`, `minute` and perhaps `second`, as a match names them: in two digits, the year in four. */
export type TimeGroups = Readonly<Record<string, string | undefined>>;

/**
 * The moment that they name. Null: they are none, or there is no such moment (a twentieth month: days and months were swapped in the
 * file; a day that the month does not have).
 */
export function readEastAfricaTime(groups: TimeGroups | undefined): number | null {
  if (groups === undefined) return null;
  const { year, month, day, hour, minute, second = "00" } = groups;
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+03:00`);
  // The engine takes February 30 for March 2.
  return Number.isNaN(atMs) || !eastAfricaText(atMs).startsWith(`${year}-${month}-${day}`) ? null : atMs;
}
