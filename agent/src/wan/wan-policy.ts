/**
 * Is the internet there? The hub's word is the best sign of life; where it is silent, the router's own pings tell whether
 * only the hub is away. Pure.
 */
export type WanState = "up" | "down" | "unknown";

export interface WanSigns {
  readonly hub: "connected" | "away" | "none";
  /** Since the hub was last heard; null: never, or there is none. */
  readonly hubSilentMs: number | null;
  /** The router's pings of the last minutes, oldest first. */
  readonly pings: readonly { readonly ok: boolean; readonly ageMs: number }[];
}

export const wanLimits = {
  probeEveryMs: 30_000,
  /** While it is gone: its return is worth noticing. */
  probeEveryMsDown: 10_000,
  /** An older ping says nothing. */
  pingGoodForMs: 100_000,
  /** So many failed in a row mean that it is gone: a single lost one is weather. */
  failedMin: 2,
  /** Without the router's pings: the hub must have been silent for so long. */
  silenceMs: 120_000,
} as const;

export function judgeWan({ hub, hubSilentMs, pings }: WanSigns): WanState {
  if (hub === "connected") return "up";
  const recent = pings.filter(({ ageMs }) => ageMs <= wanLimits.pingGoodForMs);
  if (recent.at(-1)?.ok === true) return "up";
  const failed = recent.length - 1 - recent.findLastIndex(({ ok }) => ok);
  if (failed >= wanLimits.failedMin) return "down";
  if (recent.length > 0 || hub === "none") return "unknown";
  return hubSilentMs !== null && hubSilentMs >= wanLimits.silenceMs ? "down" : "unknown";
}

/** How long ago the internet was last there, by whatever is the latest sign of it; null: no sign since the start. */
export function lastSignAgeMs({ hub, hubSilentMs, pings }: WanSigns): number | null {
  if (hub === "connected") return 0;
  const ages = pings.filter(({ ok }) => ok).map(({ ageMs }) => ageMs);
  if (hubSilentMs !== null) ages.push(hubSilentMs);
  return ages.length === 0 ? null : Math.min(...ages);
}

/** The last ping came back and the one before it did not: the internet is there again, as far as the pings can tell. */
export function isBack(pings: WanSigns["pings"]): boolean {
  return pings.at(-1)?.ok === true && pings.at(-2)?.ok !== true;
}
