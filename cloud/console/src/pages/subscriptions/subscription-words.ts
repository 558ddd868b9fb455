/** How a subscription stands, in words that differ where what is to be done differs. Pure. */
import type { Subscription } from "../../data/money/subscriptions.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

interface Standing {
  readonly text: string;
  /** Of its badge. */
  readonly tone: "good" | "warn" | "bad" | "";
  /** Until when, or since when. Empty: there is nothing more to say. */
  readonly note: string;
}

type Facts = Pick<
  Subscription,
  "state" | "paidUntilMs" | "graceUntilMs" | "pauseUntilMs" | "suspendedReason" | "cancelAtEnd" | "createdAtMs"
>;

const dayMs = 86_400_000;
/** So many days before its end it is due: time to remind somebody. */
const dueDays = 3;

/** A line that nobody has paid yet has no end, nor has a package that its site has not told of. */
export const hasNoEnd = ({ paidUntilMs, createdAtMs }: Pick<Facts, "paidUntilMs" | "createdAtMs">): boolean =>
  paidUntilMs === createdAtMs;

export function standing(row: Facts, zone: Zone, nowMs: number): Standing {
  const usual = word("subscription", row.state);
  const note = (text: string): string => (row.cancelAtEnd && row.state !== "ended" ? say("cancelledAtEnd") : text);
  const dayOf = (atMs: number) => Math.floor((atMs + zone.utcOffsetMinutes * 60_000) / dayMs);
  const left = dayOf(row.paidUntilMs) - dayOf(nowMs);
  switch (row.state) {
    case "active":
      if (hasNoEnd(row) || row.paidUntilMs <= nowMs) return { text: usual, tone: "good", note: note("") };
      if (left > dueDays || row.cancelAtEnd)
        return { text: usual, tone: "good", note: note(say("daysLeft", { count: left })) };
      return { text: left === 0 ? say("dueToday") : say("dueInDays", { count: left }), tone: "warn", note: "" };
    case "grace":
      return { text: usual, tone: "warn", note: note(untilText(row.graceUntilMs, zone)) };
    case "over":
      if (hasNoEnd(row)) return { text: say("neverPaid"), tone: "bad", note: note("") };
      return { text: usual, tone: "bad", note: note(left < 0 ? say("daysAgo", { count: -left }) : say("sinceToday")) };
    case "suspended":
      return { text: usual, tone: "bad", note: note(row.suspendedReason ?? "") };
    case "paused":
      return { text: usual, tone: "", note: note(row.pauseUntilMs === null ? "" : untilText(row.pauseUntilMs, zone)) };
    default:
      return { text: usual, tone: "", note: "" };
  }
}

const untilText = (atMs: number, zone: Zone): string => `${say("until")} ${dateTime(atMs, zone)}`;
