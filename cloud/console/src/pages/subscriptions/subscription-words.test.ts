import { expect, test } from "vitest";
import type { Subscription } from "../../data/money/subscriptions.ts";
import { standing } from "./subscription-words.ts";

const zone = { locale: "en", utcOffsetMinutes: 180 } as const;
const dayMs = 86_400_000;
/** Nine in the evening in Nairobi. */
const nowMs = Date.parse("2026-11-20T21:00:00+03:00");
const row = {
  state: "active",
  createdAtMs: nowMs - 40 * dayMs,
  paidUntilMs: nowMs + 12 * dayMs,
  graceUntilMs: nowMs + 14 * dayMs,
  pauseUntilMs: null,
  suspendedReason: null,
  cancelAtEnd: false,
} as const;

test.each<[string, Partial<Parameters<typeof standing>[0]>, string, string, string]>([
  ["long paid", {}, "Paid", "good", "12 days left"],
  ["near its end", { paidUntilMs: nowMs + 3 * dayMs }, "Due in 3 days", "warn", ""],
  ["four hours before its end, tomorrow", { paidUntilMs: nowMs + dayMs / 6 }, "Due in 1 day", "warn", ""],
  ["on its last day", { paidUntilMs: nowMs + dayMs / 24 }, "Due today", "warn", ""],
  [
    "cancelled near its end",
    { paidUntilMs: nowMs + dayMs, cancelAtEnd: true },
    "Paid",
    "good",
    "Ends with what is paid",
  ],
  [
    "in grace",
    { state: "grace", paidUntilMs: nowMs - dayMs, graceUntilMs: nowMs + dayMs },
    "In grace",
    "warn",
    "Until 21 Nov, 21:00",
  ],
  ["not paid for long", { state: "over", paidUntilMs: nowMs - 5 * dayMs }, "Not paid", "bad", "For 5 days"],
  ["not paid since today", { state: "over", paidUntilMs: nowMs - dayMs / 24 }, "Not paid", "bad", "Since today"],
  ["never paid", { state: "over", paidUntilMs: row.createdAtMs }, "Not paid yet", "bad", ""],
  ["a package that its site has not told of", { paidUntilMs: row.createdAtMs }, "Paid", "good", ""],
  ["suspended", { state: "suspended", suspendedReason: "A cheque bounced" }, "Suspended", "bad", "A cheque bounced"],
  ["paused", { state: "paused", pauseUntilMs: nowMs + 2 * dayMs }, "Paused", "", "Until 22 Nov, 21:00"],
  ["ended", { state: "ended", cancelAtEnd: true }, "Ended", "", ""],
])("[CUS-04] a subscription that is %s says how it stands", (_, facts, text, tone, note) => {
  expect(standing({ ...row, ...facts } as Subscription, zone, nowMs)).toEqual({ text, tone, note });
});
