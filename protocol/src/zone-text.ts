/** A zone as people name it by its offset: `UTC+3`, `UTC+5:30`. */
export function zoneText(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  const rest = size % 60 === 0 ? "" : `:${String(size % 60).padStart(2, "0")}`;
  return offsetMinutes === 0 ? "UTC" : `UTC${offsetMinutes < 0 ? "−" : "+"}${Math.floor(size / 60)}${rest}`;
}

/** Behind a time of the site's: nothing where the reader's own clock shows the same, else the zone's name, ` (UTC+3)`. */
export const zoneNote = (siteMinutes: number, readersMinutes: number): string =>
  siteMinutes === readersMinutes ? "" : ` (${zoneText(siteMinutes)})`;

/** Of the device that shows the page, at that moment. */
export const offsetHere = (atMs: number): number => 0 - new Date(atMs).getTimezoneOffset();
