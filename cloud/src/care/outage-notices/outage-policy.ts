/** When customers are told of an outage, and what: pure. */
import type { OutageMode } from "./tables.ts";

const minuteMs = 60_000;

export interface OutageRules {
  readonly mode: OutageMode;
  readonly afterMinutes: number;
  readonly tellsBack: boolean;
  /** Minutes of the day; both null: none. `from` may be later than `until`: over midnight. */
  readonly quietFromMinute: number | null;
  readonly quietUntilMinute: number | null;
  readonly perMinute: number;
}

/** Messages cost money: nothing is sent before the provider says so. */
export const usualRules: OutageRules = {
  mode: "off",
  afterMinutes: 15,
  tellsBack: true,
  perMinute: 60,
  quietFromMinute: 21 * 60,
  quietUntilMinute: 7 * 60,
};

/** A link that is up for less is not back: it may go again at once. */
const backForMs = 2 * minuteMs;

/** How a site's link stands. */
export interface SiteLink {
  readonly isUp: boolean;
  /** Since when it is as it is; null: it never was up. */
  readonly sinceMs: number | null;
}

/**
 * Is it an outage by now? @param hubUpMs since when this hub runs: what it did not see, because it was away itself, it does not tell: every
 * site seems to be gone when a hub starts.
 */
export function isOutage(link: SiteLink, rules: OutageRules, nowMs: number, hubUpMs: number): boolean {
  if (link.isUp || link.sinceMs === null) return false;
  return nowMs - Math.max(link.sinceMs, hubUpMs) >= rules.afterMinutes * minuteMs;
}

export function isBack(link: SiteLink, nowMs: number): boolean {
  return link.isUp && link.sinceMs !== null && nowMs - link.sinceMs >= backForMs;
}

export function isQuiet(rules: OutageRules, nowMs: number, utcOffsetMinutes: number): boolean {
  const { quietFromMinute: from, quietUntilMinute: until } = rules;
  if (from === null || until === null || from === until) return false;
  const minute = (((Math.floor(nowMs / minuteMs) + utcOffsetMinutes) % 1440) + 1440) % 1440;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

export interface OutageWords {
  readonly provider: string;
  readonly site: string;
  readonly kind: "outage" | "maintenance";
  readonly sinceMs: number;
  readonly untilMs: number | null;
  readonly words: string | null;
  readonly utcOffsetMinutes: number;
}

export function outageText(locale: "en" | "sw", phase: "down" | "back", outage: OutageWords): string {
  const { provider, site, words } = outage;
  const from = timeText(outage.sinceMs, outage.utcOffsetMinutes);
  const until = outage.untilMs === null ? "" : timeText(outage.untilMs, outage.utcOffsetMinutes);
  const more = words === null ? "" : ` ${words}`;
  if (outage.kind === "maintenance") {
    if (phase === "back")
      return locale === "sw"
        ? `${provider}: kazi iliyopangwa ${site} ${from} haitafanyika.`
        : `${provider}: the work planned at ${site} on ${from} does not take place.`;
    return locale === "sw"
      ? `${provider}: kazi imepangwa ${site} kuanzia ${from} hadi ${until}. Intaneti inaweza kukatika.${more}`
      : `${provider}: work is planned at ${site} from ${from} to ${until}. The internet may be away.${more}`;
  }
  if (phase === "back")
    return locale === "sw"
      ? `${provider}: intaneti ya ${site} imerudi. Asante kwa uvumilivu.`
      : `${provider}: the internet at ${site} is back. Thank you for your patience.`;
  return locale === "sw"
    ? `${provider}: intaneti ya ${site} imekatika tangu ${from}. Tunashughulikia; tutakujulisha ikirudi.`
    : `${provider}: the internet at ${site} is away since ${from}. We are working on it.`;
}

/** `22/11 18:05`, as the provider's clock shows it. */
function timeText(atMs: number, utcOffsetMinutes: number): string {
  const iso = new Date(atMs + utcOffsetMinutes * minuteMs).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)} ${iso.slice(11, 16)}`;
}
