/** Plans that change by themselves, with the hour or by what was used: as a story tells them, as the judge reads them, and as the product takes them. */
import type { FairUse, Schedule } from "@karibu/protocol/plan";
import { bytes, kbps } from "@karibu/protocol/quantities";
import type { PlanTerms } from "../judge/chronicle.ts";

export interface ByTheClock {
  /** Whole minutes of the true time, counted from the one in which the story begins. Absent: at all times. */
  readonly openMinutes?: readonly (readonly [fromMinute: number, toMinute: number])[];
}

const minuteMs = 60_000;
const minutesOfDay = 24 * 60;

/** The judge's terms. @param startedMs the true time at which the story begins */
export function termsAt({ openMinutes, ...terms }: PlanTerms & ByTheClock, startedMs: number): PlanTerms {
  if (openMinutes === undefined) return terms;
  const inMs = (minute: number) => minute * minuteMs - (startedMs % minuteMs);
  return { ...terms, openMs: openMinutes.map(([from, to]) => ({ fromMs: inMs(from), toMs: inMs(to) })) };
}

/** What the product says in other words (`byTheClock`) is left out: a site's file refuses fields that it does not know. */
export function withoutClock(terms: PlanTerms): Partial<PlanTerms> {
  const judged = new Set<string>(["openMs", "slowAfterBytes", "slowDownKbps", "slowUpKbps"]);
  return Object.fromEntries(Object.entries(terms).filter(([field]) => !judged.has(field)));
}

/** The product's. Null: none of that kind. */
export function byTheClock(
  { openMs, slowAfterBytes, slowDownKbps = 1, slowUpKbps = 1 }: PlanTerms,
  startedMs: number,
  utcOffsetMinutes: number,
): { readonly schedule: Schedule | null; readonly fairUse: FairUse | null } {
  const slow = { downKbps: kbps(slowDownKbps), upKbps: kbps(slowUpKbps) };
  return {
    schedule:
      openMs === undefined
        ? null
        : { utcOffsetMinutes, windows: openMs.map((span) => windowOf(span, startedMs + utcOffsetMinutes * minuteMs)) },
    fairUse:
      slowAfterBytes === undefined
        ? null
        : { utcOffsetMinutes, period: "grant", quotaBytes: bytes(slowAfterBytes), ...slow },
  };
}

function windowOf({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }, startedLocalMs: number) {
  const opens = new Date(startedLocalMs + fromMs);
  const fromMinute = opens.getUTCHours() * 60 + opens.getUTCMinutes();
  return {
    days: [opens.getUTCDay()],
    fromMinute,
    toMinute: Math.min(2 * minutesOfDay, fromMinute + (toMs - fromMs) / minuteMs),
  };
}
