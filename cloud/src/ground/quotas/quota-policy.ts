/** What one provider may have of what all share, and the judgement. Pure. */

/**
 * `per`: how it is counted: `all` that there are, `day` by day (from 00:00 UTC), or open at `once`. `limit`: where the platform set no
 * other. A provider with 80 sites and 600 subscribers has at most 80 of the first three, some 15 consoles, a batch a site and week,
 * 200 MB of journal, 50 letters and 2,000 text messages a day.
 */
export const quotas = {
  sites: { per: "all", limit: 500 },
  "hosted-sites": { per: "all", limit: 200 },
  "tunnel-addresses": { per: "all", limit: 500 },
  "router-back-up-bytes": { per: "all", limit: 1_000_000_000 },
  "event-streams": { per: "once", limit: 200 },
  "voucher-batches": { per: "day", limit: 500 },
  "voucher-codes": { per: "day", limit: 1_000_000 },
  "journal-bytes": { per: "day", limit: 2_000_000_000 },
  mails: { per: "day", limit: 500 },
  messages: { per: "day", limit: 20_000 },
} as const satisfies Record<string, { readonly per: "all" | "day" | "once"; readonly limit: number }>;

export type QuotaKind = keyof typeof quotas;
export const quotaKinds = Object.keys(quotas) as [QuotaKind, ...QuotaKind[]];
export type DailyKind = {
  [Kind in QuotaKind]: (typeof quotas)[Kind]["per"] extends "day" ? Kind : never;
}[QuotaKind];
/** Those of which it is noted when the day's limit is reached: what comes then can't be refused to a person. */
export type NotedKind = Extract<DailyKind, "journal-bytes" | "mails" | "messages">;
/** Those that are refused when there are as many as allowed. */
export type StandingKind = Exclude<QuotaKind, DailyKind>;

const dayMs = 86_400_000;

/** When the day began in which this moment lies, UTC. */
export const dayOf = (nowMs: number): number => nowMs - (nowMs % dayMs);
export const nextDayOf = (nowMs: number): number => dayOf(nowMs) + dayMs;

/** Whether so many `more` fit beside what is used. */
export function fits({
  limit,
  used,
  more,
}: {
  readonly limit: number;
  readonly used: number;
  readonly more: number;
}): boolean {
  return used + more <= limit;
}

/** Slowed sites are acknowledged so much journal in a second. */
const slowBytesPerSecond = 4 * 1024;
const slowAckMs = { least: 1000, most: 30_000 } as const;

/**
 * How long the acknowledgement of a stored journal frame waits when its provider's journal is beyond the quota. The record is in the
 * books by then: only the next ones come later, and nothing of a site's sales waits for them.
 */
export function slowedAckMs(frameBytes: number): number {
  const atRateMs = Math.ceil((frameBytes * 1000) / slowBytesPerSecond);
  return Math.min(slowAckMs.most, Math.max(slowAckMs.least, atRateMs));
}
