/** The subscription to the platform over months: with payments late, early and never, a hub that sleeps, crashes and comes back older. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayMs } from "../../money/subscriptions/period-arithmetic.ts";
import {
  arrearsOf,
  nextStep,
  readOnlyAfterMs,
  type SubscriptionFacts,
  stopAfterMs,
  waivedSince,
} from "./subscription-policy.ts";

const at = (text: string) => Date.parse(`${text}+03:00`);
const anchorMs = at("2026-01-31T10:00");
const fresh: SubscriptionFacts = {
  anchorMs,
  everyMonths: 1,
  utcOffsetMinutes: 180,
  planId: "small",
  wantedPlanId: "small",
  priceCents: 100_000,
  isEnded: false,
  charges: [],
  notices: [],
  isReadOnly: false,
  areSalesStopped: false,
  canPay: true,
  noWaySinceMs: null,
  restoredAtMs: null,
};

/** What the shell writes of a step. */
function taken(facts: SubscriptionFacts, nowMs: number, wantedPlan = facts.planId): SubscriptionFacts | null {
  const step = nextStep(facts, nowMs);
  if (step === null) return null;
  if (step.kind === "charge") {
    const { kind: _, untilMs: __, amountCents: ___, ...charge } = step;
    return {
      ...facts,
      charges: [...facts.charges, { ...charge, planId: wantedPlan, state: "issued", toldAtMs: null }],
    };
  }
  if (step.kind === "notice") {
    const { period, ordinal } = step;
    return { ...facts, notices: [...facts.notices, { period, ordinal, sentAtMs: nowMs, waivedMs: 0 }] };
  }
  if (step.kind === "take-plan") return { ...facts, planId: step.planId };
  if (step.kind === "read-only") return { ...facts, isReadOnly: true };
  if (step.kind === "stop-sales") return { ...facts, areSalesStopped: true };
  if (step.kind === "no-way-to-pay") return { ...facts, noWaySinceMs: nowMs };
  if (step.kind === "way-to-pay-back") {
    const waived = (sentAtMs: number) => waivedSince(sentAtMs, facts.noWaySinceMs ?? nowMs, nowMs);
    const notices = facts.notices.map((one) => ({ ...one, waivedMs: one.waivedMs + waived(one.sentAtMs) }));
    return { ...facts, noWaySinceMs: null, notices };
  }
  return { ...facts, isReadOnly: false, areSalesStopped: false };
}

function settled(facts: SubscriptionFacts, nowMs: number, wantedPlan?: string): SubscriptionFacts {
  for (let steps = 0, now = facts; ; steps++) {
    expect(steps).toBeLessThan(12);
    const next = taken(now, nowMs, wantedPlan);
    if (next === null) return now;
    now = next;
  }
}

const paid = (facts: SubscriptionFacts): SubscriptionFacts => ({
  ...facts,
  charges: facts.charges.map((charge) => (charge.state === "issued" ? { ...charge, state: "paid" } : charge)),
});

describe("the subscription of a provider to the platform", () => {
  test("[TEN-06] a period that was charged while the clock was years ahead keeps none of those before it from being charged, nor a plan from being taken", () => {
    const yearsMs = 3 * 365 * dayMs;
    const charge = { planId: "small", state: "paid", toldAtMs: null } as const;
    const first = { ...charge, period: 0, fromMs: anchorMs, dueAtMs: anchorMs };
    const ahead = {
      ...charge,
      state: "issued",
      period: 36,
      fromMs: anchorMs + yearsMs,
      dueAtMs: anchorMs + yearsMs,
    } as const;
    const facts = { ...fresh, charges: [first, ahead] };
    expect(nextStep(facts, at("2026-02-21T10:00"))).toMatchObject({ kind: "charge", period: 1 });
    const leaving = { ...facts, wantedPlanId: "free", priceCents: 0 };
    expect(nextStep(leaving, at("2026-03-01T10:00"))).toEqual({ kind: "take-plan", planId: "free" });
  });

  test("[TEN-06] nothing is charged before the last week of the trial; then month by month, on the month's last day where it has no 31st", () => {
    expect(nextStep(fresh, anchorMs - 8 * dayMs)).toBeNull();
    const first = nextStep(fresh, anchorMs - 7 * dayMs);
    expect(first).toMatchObject({ kind: "charge", period: 0, fromMs: anchorMs, untilMs: at("2026-02-28T10:00") });
    let facts = fresh;
    for (let day = -8; day < 120; day++) facts = paid(settled(facts, anchorMs + day * dayMs));
    expect(facts.charges.map(({ fromMs }) => new Date(fromMs + 3 * 3_600_000).toISOString().slice(0, 10))).toEqual([
      "2026-01-31",
      "2026-02-28",
      "2026-03-31",
      "2026-04-30",
      "2026-05-31",
    ]);
    expect(facts.notices).toEqual([]);
  });

  test("[TEN-06] a charge that nobody pays: three notices a week apart, read-only three days after the third, sales stop fourteen days after it; paid, all is open", () => {
    let facts = fresh;
    const seen: string[] = [];
    for (let hour = -8 * 24; hour < 60 * 24; hour++) {
      const nowMs = anchorMs + hour * 3_600_000;
      for (let next = taken(facts, nowMs); next !== null; next = taken(facts, nowMs)) {
        const step = nextStep(facts, nowMs);
        seen.push(`${step?.kind}${step?.kind === "notice" ? step.ordinal : ""} ${Math.round(hour / 24)}`);
        facts = next;
      }
    }
    expect(seen).toEqual([
      "charge -7",
      "notice1 0",
      "notice2 7",
      "notice3 14",
      "read-only 17",
      "charge 21",
      "stop-sales 28",
    ]);
    const nowMs = anchorMs + 61 * dayMs;
    expect(settled(paid(facts), nowMs)).toMatchObject({ isReadOnly: false, areSalesStopped: false });
  });

  test("[TEN-06] nothing happens to who can't pay because the platform has no working channel, and a restore gives the fourteen days anew", () => {
    const charges = [
      { period: 0, planId: "small", fromMs: anchorMs, dueAtMs: anchorMs, state: "issued" as const, toldAtMs: null },
    ];
    const notices = [1, 2, 3].map((ordinal) => ({
      period: 0,
      ordinal,
      sentAtMs: anchorMs + (ordinal - 1) * 7 * dayMs,
      waivedMs: 0,
    }));
    const owing = { ...fresh, charges, notices, priceCents: 0 };
    const late = anchorMs + 40 * dayMs;
    expect(nextStep({ ...owing, canPay: false, noWaySinceMs: late }, late)).toBeNull();
    expect(nextStep(owing, late)).toEqual({ kind: "read-only" });
    expect(nextStep({ ...owing, restoredAtMs: late - dayMs }, late)).toBeNull();
    expect(nextStep({ ...owing, isReadOnly: true, restoredAtMs: late - 13 * dayMs }, late)).toBeNull();
    expect(nextStep({ ...owing, isReadOnly: true, restoredAtMs: late - 14 * dayMs }, late)).toEqual({
      kind: "stop-sales",
    });
  });

  const owed = [
    { period: 0, planId: "small", fromMs: anchorMs, dueAtMs: anchorMs, state: "issued" as const, toldAtMs: null },
  ];
  const threeNotices = [1, 2, 3].map((ordinal) => ({
    period: 0,
    ordinal,
    sentAtMs: anchorMs + (ordinal - 1) * 7 * dayMs,
    waivedMs: 0,
  }));
  const thirdAtMs = anchorMs + 14 * dayMs;

  test("[TEN-06] who is shut and can't pay any more is let in for so long; then it is as it was before", () => {
    const brokenAtMs = anchorMs + 40 * dayMs;
    const shut = {
      ...fresh,
      charges: owed,
      notices: threeNotices,
      priceCents: 0,
      isReadOnly: true,
      areSalesStopped: true,
    };
    const open = settled({ ...shut, canPay: false }, brokenAtMs);
    expect(open).toMatchObject({ isReadOnly: false, areSalesStopped: false, noWaySinceMs: brokenAtMs });
    expect(nextStep({ ...shut, canPay: false, noWaySinceMs: brokenAtMs }, brokenAtMs)).toEqual({
      kind: "reopen",
      why: "can-not-pay",
    });
    expect(settled(open, brokenAtMs + 90 * dayMs)).toEqual(open);
    const back = settled({ ...open, canPay: true }, brokenAtMs + 100 * dayMs);
    expect(back).toMatchObject({ isReadOnly: true, areSalesStopped: true, noWaySinceMs: null });
  });

  test("[TEN-06] days after the third notice count while there is a way to pay; however often it goes and comes, they never begin anew", () => {
    let facts: SubscriptionFacts = { ...fresh, charges: owed, notices: threeNotices, priceCents: 0 };
    // Every other day the platform's channel is broken.
    let nowMs = thirdAtMs;
    const shutAfter: number[] = [];
    for (let day = 1; day <= 40 && !facts.areSalesStopped; day++) {
      nowMs = thirdAtMs + day * dayMs;
      facts = settled({ ...facts, canPay: day % 2 === 0 }, nowMs);
      if (facts.isReadOnly) shutAfter.push(day);
    }
    // Broken from day 1 to 2, from 3 to 4…: of two days one counts. While it is broken, all is open.
    expect(shutAfter[0]).toBe(6);
    expect(facts.areSalesStopped).toBe(true);
    expect(nowMs).toBe(thirdAtMs + 28 * dayMs);
  });

  test("[TEN-06] what a callback told opens everything for a week; if nothing proves it by then, it is owed again", () => {
    const charge = { period: 0, planId: "small", fromMs: anchorMs, dueAtMs: anchorMs, state: "issued" as const };
    const notices = [1, 2, 3].map((ordinal) => ({
      period: 0,
      ordinal,
      sentAtMs: anchorMs + ordinal * 7 * dayMs,
      waivedMs: 0,
    }));
    const toldAtMs = anchorMs + 50 * dayMs;
    const shut = { ...fresh, priceCents: 0, notices, isReadOnly: true, areSalesStopped: true };
    const told = { ...shut, charges: [{ ...charge, toldAtMs }] };
    expect(nextStep({ ...shut, charges: [{ ...charge, toldAtMs: null }] }, toldAtMs)).toBeNull();
    expect(nextStep(told, toldAtMs)).toEqual({ kind: "reopen", why: "owes-nothing" });
    const open = { ...told, isReadOnly: false, areSalesStopped: false };
    expect(nextStep(open, toldAtMs + 7 * dayMs - 1)).toBeNull();
    expect(nextStep(open, toldAtMs + 7 * dayMs)).toEqual({ kind: "read-only" });
  });

  test("[TEN-06] months in which the hub slept or sales were stopped are not charged afterwards, and an invoice that comes late is not due before a week", () => {
    const nowMs = anchorMs + 200 * dayMs;
    const step = nextStep(fresh, nowMs);
    expect(step).toMatchObject({ kind: "charge", period: 6, dueAtMs: nowMs + 7 * dayMs });
  });

  test("[TEN-06] another plan is in force with its first charged period, and not before", () => {
    let facts = paid(settled(fresh, anchorMs - 7 * dayMs));
    facts = settled(facts, anchorMs, "large");
    facts = paid(settled(facts, at("2026-02-22T10:00"), "large"));
    expect(facts).toMatchObject({ planId: "small", charges: [{ planId: "small" }, { planId: "large" }] });
    expect(settled(facts, at("2026-02-28T09:59")).planId).toBe("small");
    expect(settled(facts, at("2026-02-28T10:00")).planId).toBe("large");
  });

  test("[TEN-06] a free plan comes when what was charged is over, and stays: nobody keeps a large plan for nothing", () => {
    const charged = settled(paid(settled(fresh, anchorMs - 7 * dayMs)), anchorMs);
    const facts = { ...charged, wantedPlanId: "free", priceCents: 0 };
    expect(settled(facts, at("2026-02-28T09:59")).planId).toBe("small");
    const free = settled(facts, at("2026-02-28T10:00"));
    expect(free.planId).toBe("free");
    expect(settled(free, at("2026-06-28T10:00"))).toEqual(free);
  });

  test("[TEN-06] who comes back in the middle of a period, from a free plan, an end or a stop, pays for the rest of it, and then for whole ones", () => {
    const charged = settled(paid(settled(fresh, anchorMs - 7 * dayMs)), anchorMs);
    const free = { ...charged, planId: "free", wantedPlanId: "large" };
    // The period from 31 March to 30 April has 30 days; 7.5 of them are left.
    const nowMs = at("2026-04-22T22:00");
    const untilMs = at("2026-04-30T10:00");
    const rest = nextStep(free, nowMs);
    expect(rest).toMatchObject({ kind: "charge", period: 2, fromMs: nowMs, untilMs, amountCents: 25_000 });
    expect(nextStep({ ...free, priceCents: 99_999 }, nowMs), "whole units").toMatchObject({ amountCents: 24_900 });
    const back = settled(free, nowMs, "large");
    expect(back).toMatchObject({ planId: "large" });
    expect(back.charges.map(({ period }) => period)).toEqual([0, 2]);
    const next = nextStep(back, untilMs - 7 * dayMs);
    expect(next).toMatchObject({ kind: "charge", period: 3, fromMs: untilMs, amountCents: 100_000 });
    expect(nextStep(free, untilMs - 1000), "less than a unit").toMatchObject({ period: 3, fromMs: untilMs });
  });

  test("[TEN-06] a plan that was free and has a price now charges what is left of the month, and no month that is nearly over whole", () => {
    const paid = settled(fresh, at("2026-04-27T10:00"));
    // From 31 March to 30 April: three of thirty days are left; the next month is issued a week before it begins, as ever.
    expect(paid.charges).toMatchObject([
      { period: 2, fromMs: at("2026-04-27T10:00") },
      { period: 3, fromMs: at("2026-04-30T10:00") },
    ]);
    const step = nextStep(fresh, at("2026-04-27T10:00"));
    expect(step).toMatchObject({ kind: "charge", period: 2, amountCents: 10_000 });
    expect(nextStep(fresh, at("2026-04-02T10:00"))).toMatchObject({ kind: "charge", period: 2, amountCents: 100_000 });
  });

  test("[TEN-06] a period that was forgiven keeps its plan, and who was ended gets no plan back", () => {
    const [first, second] = [anchorMs, at("2026-02-28T10:00")];
    const charge = (period: number, planId: string, fromMs: number, state: "paid" | "void") =>
      ({ period, planId, fromMs, dueAtMs: fromMs, state, toldAtMs: null }) as const;
    const charges = [charge(0, "small", first, "paid"), charge(1, "large", second, "void")];
    const facts = { ...fresh, planId: "large", wantedPlanId: "large", charges };
    expect(nextStep(facts, second + dayMs)).toBeNull();
    expect(nextStep({ ...facts, planId: "small", isEnded: true }, second + dayMs)).toBeNull();
  });

  const event = fc.record({
    afterHours: fc.integer({ min: 1, max: 24 * 40 }),
    what: fc.constantFrom("look", "pay", "forgive", "crash", "restore", "no-channel", "channel", "other-plan"),
  });

  test("[TEN-06] whatever happens: nobody is charged twice or in the trial, and nothing stops without three notices and their fourteen days", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let nowMs = anchorMs - 20 * dayMs;
        let facts = fresh;
        let kept = facts;
        let plan = "small";
        for (const { afterHours, what } of events) {
          nowMs += afterHours * 3_600_000;
          if (what === "pay") facts = paid(facts);
          if (what === "forgive")
            facts = {
              ...facts,
              charges: facts.charges.map((one) => (one.state === "issued" ? { ...one, state: "void" } : one)),
            };
          if (what === "no-channel" || what === "channel") facts = { ...facts, canPay: what === "channel" };
          if (what === "other-plan") plan = plan === "small" ? "large" : "small";
          if (what === "restore") facts = { ...kept, restoredAtMs: nowMs };
          kept = facts;
          const before = facts;
          // A crash after the first step: the rest comes with the next look.
          facts = what === "crash" ? (taken(facts, nowMs, plan) ?? facts) : settled(facts, nowMs, plan);
          const periods = facts.charges.map(({ period }) => period);
          expect(new Set(periods).size).toBe(periods.length);
          for (const { fromMs, dueAtMs } of facts.charges) {
            expect(fromMs).toBeGreaterThanOrEqual(anchorMs);
            expect(dueAtMs).toBeGreaterThanOrEqual(fromMs);
          }
          const sent = (period: number) => facts.notices.filter((notice) => notice.period === period);
          const owed = arrearsOf(facts, nowMs);
          if (facts.isReadOnly && !before.isReadOnly) {
            const third = sent(owed?.period ?? -1).find(({ ordinal }) => ordinal === 3);
            expect(nowMs - (third?.sentAtMs ?? Number.NaN)).toBeGreaterThanOrEqual(readOnlyAfterMs);
          }
          if (facts.areSalesStopped && !before.areSalesStopped) {
            const third = sent(owed?.period ?? -1).find(({ ordinal }) => ordinal === 3);
            expect(nowMs - Math.max(third?.sentAtMs ?? Number.NaN, facts.restoredAtMs ?? 0)).toBeGreaterThanOrEqual(
              stopAfterMs,
            );
            expect(facts.canPay).toBe(true);
          }
          if (!facts.canPay && owed !== null && what !== "crash")
            expect([facts.isReadOnly, facts.areSalesStopped]).toEqual([false, false]);
          if (owed === null && what !== "crash")
            expect([facts.isReadOnly, facts.areSalesStopped]).toEqual([false, false]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
