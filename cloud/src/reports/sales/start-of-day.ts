const dayMs = 86_400_000;

/** Midnight before `nowMs`, in a time zone so many minutes east of UTC. */
export function startOfDay(nowMs: number, utcOffsetMinutes: number): number {
  const offsetMs = utcOffsetMinutes * 60_000;
  return Math.floor((nowMs + offsetMs) / dayMs) * dayMs - offsetMs;
}
