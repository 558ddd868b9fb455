/**
 * What is due next of a provider's subscription to the platform, as one table: `subscription-table.txt`. A change of `subscription-policy.ts` shows
 * there, row by row, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import { expect, test } from "vitest";
import { dayMs } from "../../money/subscriptions/period-arithmetic.ts";
import {
  arrearsOf,
  believedMs,
  type ChargeFacts,
  deadlinesOf,
  nextStep,
  readOnlyAfterMs,
  type SubscriptionFacts,
  stopAfterMs,
} from "./subscription-policy.ts";

const anchorMs = Date.parse("2026-01-31T10:00:00+03:00");
const fresh: SubscriptionFacts = {
  ...{ anchorMs, everyMonths: 1, utcOffsetMinutes: 180, planId: "small", wantedPlanId: "small", priceCents: 100_000 },
  ...{ isEnded: false, charges: [], notices: [], isReadOnly: false, areSalesStopped: false },
  ...{ canPay: true, noWaySinceMs: null, restoredAtMs: null },
};
const charge = (period: number, state: ChargeFacts["state"], fromMs = anchorMs): ChargeFacts => ({
  ...{ period, planId: "small", fromMs, dueAtMs: fromMs, state, toldAtMs: null },
});
const open = charge(0, "issued");
const second = charge(1, "issued", Date.parse("2026-02-28T10:00:00+03:00"));
const notice = (ordinal: number, sentAtMs: number, waivedMs = 0) => ({ period: 0, ordinal, sentAtMs, waivedMs });
const notices = [0, 1, 2].map((week) => notice(week + 1, anchorMs + week * 7 * dayMs));
const thirdMs = anchorMs + 14 * dayMs;
const shut = { isReadOnly: true, areSalesStopped: true };

const providers: Readonly<Record<string, SubscriptionFacts>> = {
  "never charged": fresh,
  "never charged, its plan is free": { ...fresh, priceCents: 0 },
  "never charged, and ended": { ...fresh, isEnded: true },
  "a charge is open": { ...fresh, charges: [open] },
  "a charge is open, and told as paid": { ...fresh, charges: [{ ...open, toldAtMs: anchorMs }] },
  "a charge is open, its first notice late": { ...fresh, charges: [open], notices: [notice(1, anchorMs + 3 * dayMs)] },
  "two charges are open, the later one first": { ...fresh, charges: [second, open] },
  "three notices were sent": { ...fresh, charges: [open], notices },
  "three notices were sent, in no order": { ...fresh, charges: [open], notices: [...notices].reverse() },
  "three notices, and nobody could pay for two days": {
    ...fresh,
    charges: [open],
    notices: [...notices.slice(0, 2), notice(3, thirdMs, 2 * dayMs)],
  },
  "three notices, and a restore on day 15": {
    ...fresh,
    charges: [open],
    notices,
    restoredAtMs: anchorMs + 15 * dayMs,
  },
  "three notices, read-only": { ...fresh, charges: [open], notices, isReadOnly: true },
  "three notices, shut": { ...fresh, charges: [open], notices, ...shut },
  "three notices, shut, and nobody can pay": { ...fresh, charges: [open], notices, ...shut, canPay: false },
  "so, and noted since day 30": {
    ...fresh,
    ...{ charges: [open], notices, ...shut, canPay: false, noWaySinceMs: anchorMs + 30 * dayMs },
  },
  "nobody could pay since day 10, and can now": {
    ...fresh,
    ...{ charges: [open], notices: notices.slice(0, 2), noWaySinceMs: anchorMs + 10 * dayMs },
  },
  "notices of another period": { ...fresh, charges: [open], notices: notices.map((one) => ({ ...one, period: 3 })) },
  "read-only, and owes nothing": { ...fresh, charges: [charge(0, "paid")], isReadOnly: true },
  "sales stopped, and owes nothing": { ...fresh, charges: [charge(0, "paid")], areSalesStopped: true },
  "paid, a larger plan is wanted": { ...fresh, charges: [charge(0, "paid")], wantedPlanId: "large" },
  "paid with another plan": { ...fresh, charges: [{ ...charge(0, "paid"), planId: "large" }] },
  "paid, and its plan is free now": { ...fresh, charges: [charge(0, "paid")], priceCents: 0, wantedPlanId: "free" },
  "paid, free now, and ended": {
    ...fresh,
    ...{ charges: [charge(0, "paid")], priceCents: 0, wantedPlanId: "free", isEnded: true },
  },
  "every three months": { ...fresh, everyMonths: 3, charges: [charge(0, "paid")] },
};

const days = [-8, -7, -1, 0, 1, 7, 14, 17, 18, 20, 21, 27, 28, 30, 31, 59, 83, 89];
const times: Readonly<Record<string, number>> = Object.fromEntries(
  days.flatMap((day) => [
    ...([0, 17, 28].includes(day) ? [[`a moment before day ${day}`, anchorMs + day * dayMs - 1] as const] : []),
    [`day ${day}`, anchorMs + day * dayMs] as const,
  ]),
);

const day = (atMs: number) => new Date(atMs + 3 * 3_600_000).toISOString().slice(5, 16).replace("T", " ");

function said(facts: SubscriptionFacts, nowMs: number): string {
  const step = nextStep(facts, nowMs);
  if (step === null) return "nothing";
  const { kind, ...rest } = step;
  const parts = Object.entries(rest).map(([name, value]) =>
    name.endsWith("Ms") ? `${name} ${day(value as number)}` : `${name} ${value}`,
  );
  return [kind, ...parts].join(", ");
}

test("[TEN-06] what is due next of a subscription to the platform is as the table says", async () => {
  const sections = Object.entries(providers).map(([words, facts]) => {
    const steps = Map.groupBy(Object.entries(times), ([, nowMs]) => said(facts, nowMs));
    return [words, ...[...steps].map(([step, same]) => `  ${same.map(([when]) => when).join(" | ")}: ${step}`)].join(
      "\n",
    );
  });
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("subscription-table.txt");
});

test("[TEN-06] the oldest open charge counts, from the moment that it is due, and not while a callback that told of it may be proved", () => {
  const later = charge(1, "issued", anchorMs + dayMs);
  const facts = { charges: [later, open, charge(2, "paid"), charge(3, "void")] };
  expect([anchorMs - 1, anchorMs, anchorMs + 9 * dayMs].map((nowMs) => arrearsOf(facts, nowMs)?.period)).toEqual([
    undefined,
    0,
    0,
  ]);
  const told = { charges: [{ ...open, toldAtMs: anchorMs }] };
  expect([anchorMs + believedMs - 1, anchorMs + believedMs].map((nowMs) => arrearsOf(told, nowMs)?.period)).toEqual([
    undefined,
    0,
  ]);
});

test("[TEN-06] the consequences count from the third notice, or a restore that came after it, and wait for the days without a way to pay", () => {
  const of = (facts: Partial<SubscriptionFacts>) => deadlinesOf({ ...fresh, charges: [open], notices, ...facts }, open);
  const from = (ms: number) => ({ readOnlyFromMs: ms + readOnlyAfterMs, salesStopAtMs: ms + stopAfterMs });
  expect(of({})).toEqual(from(thirdMs));
  expect(of({ notices: notices.slice(0, 2) })).toBeNull();
  expect(of({ restoredAtMs: thirdMs - 1 })).toEqual(from(thirdMs));
  expect(of({ restoredAtMs: thirdMs + 1 })).toEqual(from(thirdMs + 1));
  expect(of({ notices: [...notices.slice(0, 2), notice(3, thirdMs, dayMs)] })).toEqual(from(thirdMs + dayMs));
});
