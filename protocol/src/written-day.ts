/** Days as people read them, alike on a page, on paper and in a letter. Pure. For ends that have the whole of `Intl`: the hub and the console. */

export type DayLanguage = "en" | "sw";

/** `29 Nov 2026` for `2026-11-29`. */
export const writtenDay = (isoDay: string, language: DayLanguage): string =>
  writtenTime(startOf(isoDay), language, { ...dayAndMonth, year: "numeric" });

/** `Nov 2026` for `2026-11`. */
export const writtenMonth = (isoMonth: string, language: DayLanguage): string =>
  writtenTime(startOf(`${isoMonth}-01`), language, { month: "short", year: "numeric" });

/** The days of a span, both included; one day alone stands once. */
export const writtenSpan = (fromDay: string, untilDay: string, language: DayLanguage): string =>
  fromDay === untilDay
    ? writtenDay(fromDay, language)
    : `${writtenDay(fromDay, language)} – ${writtenDay(untilDay, language)}`;

/** @param atMs of a clock that stands at UTC: add the zone's offset first */
export function writtenTime(atMs: number, language: DayLanguage, parts: Intl.DateTimeFormatOptions): string {
  return formatFor(language === "sw" ? "sw-KE" : "en-GB", parts).format(atMs);
}

export const dayAndMonth = { day: "numeric", month: "short" } as const;

const startOf = (isoDay: string): number => Date.parse(`${isoDay}T00:00:00Z`);

/** To make one takes longer than to write a hundred times with it: a list has one for each row. */
function formatFor(locale: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${locale} ${Object.entries(parts).join()}`;
  const made = formats.get(name) ?? new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...parts });
  formats.set(name, made);
  return made;
}
const formats = new Map<string, Intl.DateTimeFormat>();
