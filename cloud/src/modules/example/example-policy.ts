/** Which greeting it is the time for. Pure: what is decided stands apart from what reads the clock and the database. */
export const partsOfDay = ["morning", "afternoon", "evening"] as const;

/** @param utcOffsetMinutes of the provider's time zone */
export function partOfDay(atMs: number, utcOffsetMinutes: number): (typeof partsOfDay)[number] {
  const hour = new Date(atMs + utcOffsetMinutes * 60_000).getUTCHours();
  if (hour < 4 || hour >= 18) return "evening";
  return hour < 12 ? "morning" : "afternoon";
}
