/**
 * Decides whether the internet is there. A message of the hub is the best sign. Where the hub is silent, the router's pings tell
 * whether only the hub is away. Pure.
 */
export type WanState = "up" | "down" | "unknown";

export interface WanSigns {
  readonly hub: "connected" | "away" | "none";
  /** Milliseconds since the hub's last message; null: none came, or there is no hub. */
  readonly hubSilentMs: number | null;
  /** The router's last pings, oldest first. */
  readonly pings: readonly { readonly ok: boolean; readonly ageMs: number }[];
}

export const wanLimits = {
  probeEveryMs: 30_000,
  /** While the internet is down, to notice its return. */
  probeEveryMsDown: 10_000,
  /** An older ping does not count. */
  pingGoodForMs: 100_000,
  /** This many failed pings in a row mean that it is down. A single one may be bad luck. */
  failedMin: 2,
  /** Without pings: the hub's silence that means down. Of the status alone: the hub itself may be what is away. */
  silenceMs: 120_000,
} as const;

export function judgeWan({ hub, hubSilentMs, pings }: WanSigns): WanState {
  if (hub === "connected") return "up";
  const recent = recentOf(pings);
  if (recent.at(-1)?.ok === true) return "up";
  if (provenAgeMs(pings) !== null) return "down";
  if (recent.length > 0 || hub === "none") return "unknown";
  return hubSilentMs !== null && hubSilentMs >= wanLimits.silenceMs ? "down" : "unknown";
}

/** The age of the first of the failed pings that prove an outage; null: they prove none. Only what is proven is credited. */
export function provenAgeMs(pings: WanSigns["pings"]): number | null {
  const recent = recentOf(pings);
  const failed = recent.slice(recent.findLastIndex(({ ok }) => ok) + 1);
  return failed.length >= wanLimits.failedMin ? (failed[0]?.ageMs ?? null) : null;
}

const recentOf = (pings: WanSigns["pings"]) => pings.filter(({ ageMs }) => ageMs <= wanLimits.pingGoodForMs);

/** The age of the latest sign of the internet; null: no sign since the start. */
export function lastSignAgeMs({ hub, hubSilentMs, pings }: WanSigns): number | null {
  if (hub === "connected") return 0;
  const ages = pings.filter(({ ok }) => ok).map(({ ageMs }) => ageMs);
  if (hubSilentMs !== null) ages.push(hubSilentMs);
  return ages.length === 0 ? null : Math.min(...ages);
}

/** The last ping succeeded and the one before it failed: the internet is back. */
export function isBack(pings: WanSigns["pings"]): boolean {
  return pings.at(-1)?.ok === true && pings.at(-2)?.ok !== true;
}
