/** Dates as databases and FreeRADIUS write them. Pure. @see FreeRADIUS wiki, Expiration; PostgreSQL manual, date/time output */
import { dateTimeMs } from "../../ground/router-exports/routeros-values.ts";

const timeShape =
  /^(?<day>\d{4}-\d\d-\d\d)[ T](?<clock>\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?<zone>Z|(?<sign>[+-])(?<hours>\d\d)(?::?(?<minutes>\d\d))?)?$/;

/** `2026-08-01 16:19:46`, with a fraction, with the zone behind it; else by the clock of its server. Null: none, zeros, or of another shape. */
export function databaseTimeMs(text: string | undefined, offsetMinutes: number): number | null {
  const { day, clock, zone, sign, hours = "0", minutes = "0" } = timeShape.exec(text ?? "")?.groups ?? {};
  if (day === undefined) return null;
  const aheadMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  return dateTimeMs(`${day} ${clock}`, zone === undefined ? offsetMinutes : aheadMinutes);
}

/** `22 May 2026`, `May 22 2026 10:18:33`, a database's own, or seconds of Unix. A day alone ends as it begins: so FreeRADIUS reads it. */
export function radiusDateMs(text: string, offsetMinutes: number): number | null {
  const told = text.trim().replaceAll(/[\s,]+/g, " ");
  if (/^\d{9,10}$/.test(told)) return Number(told) * 1000;
  if (/^\d{4}-\d\d-\d\d$/.test(told)) return dateTimeMs(`${told} 00:00:00`, offsetMinutes);
  const iso = databaseTimeMs(told, offsetMinutes);
  if (iso !== null) return iso;
  const [, dayFirst, monthSecond, monthFirst, daySecond, year = "", clock = "00:00", seconds = ":00"] =
    /^(?:(\d\d?)[ -]([a-z]{3,9})|([a-z]{3,9}) (\d\d?))[ -](\d{4})(?: (\d\d:\d\d)(:\d\d)?)?$/i.exec(told) ?? [];
  const month = (monthSecond ?? monthFirst ?? "").slice(0, 3);
  return dateTimeMs(`${month}/${dayFirst ?? daySecond}/${year} ${clock}${seconds}`, offsetMinutes);
}
