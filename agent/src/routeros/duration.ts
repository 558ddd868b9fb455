/** A time as RouterOS writes it, in milliseconds: `1s100ms`, `3s`, `00:00:03`, `1100ms`. Null: of another shape. */
export function durationMs(text: string): number | null {
  const clockShape = /^(\d+):(\d\d):(\d\d)(\.\d+)?$/.exec(text);
  if (clockShape !== null) {
    const [, hours, minutes, seconds, part] = clockShape;
    return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(part ?? 0)) * 1000;
  }
  if (!/^(\d+(ms|[wdhms]))+$/.test(text)) return null;
  const unitsMs: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let sumMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[wdhms])/g))
    sumMs += Number(count) * (unitsMs[unit ?? ""] ?? 0);
  return sumMs;
}
