/**
 * What a line gives its customer at each time, and what may be done with it, as one table: `subscription-table.txt`. A change of
 * `subscription-policy.ts` shows there, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import { bytes, seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { dayMs, paidUntilOf } from "./period-arithmetic.ts";
import {
  creditDutyOf,
  inTimeUntilOf,
  letInAgainMsOf,
  nextLookMs,
  phaseOf,
  promiseAfter,
  refusePause,
  refusePromise,
  type SubscriptionFacts,
  standingOf,
  usualRules,
} from "./subscription-policy.ts";

/** Ten in the morning by the provider's clock. */
const anchorMs = Date.parse("2026-01-31T10:00:00+03:00");
const line: SubscriptionFacts = {
  paid: { anchorMs, every: { unit: "month", count: 1 }, utcOffsetMinutes: 180, periods: 1, shiftedMs: 0 },
  ...{ isEnded: false, cancelAtEnd: false, suspendedReason: null, pausedAtMs: null, pauseUntilMs: null },
  ...{ promisedUntilMs: null, promisedAtMs: null, utcOffsetMinutes: 180, bridgedUntilMs: null },
  rules: { ...usualRules, graceSeconds: 2 * 86_400 },
  terms: { dataBytes: null, useSeconds: null },
};
const endMs = paidUntilOf(line.paid);
const paused = { pausedAtMs: endMs - 2 * dayMs, pauseUntilMs: endMs + 3 * dayMs };
const monthsAhead = { ...line.paid, periods: 4 };
const counted = { dataBytes: bytes(1e9), useSeconds: null };
const lines: Readonly<Record<string, SubscriptionFacts>> = {
  "a month, two days of grace": line,
  "no grace, slower after the end": { ...line, rules: { ...line.rules, graceSeconds: 0, afterWay: "slower" } },
  "cut off after the end": { ...line, rules: { ...line.rules, afterWay: "cut" } },
  "nobody may promise or pause": { ...line, rules: { ...line.rules, promiseDaysMax: 0, pauseDaysMax: 0 } },
  "ends with what is paid": { ...line, cancelAtEnd: true, bridgedUntilMs: endMs + 3_600_000 },
  ended: { ...line, isEnded: true },
  "held back by staff": { ...line, suspendedReason: "cheque" },
  "never paid": { ...line, paid: { ...line.paid, periods: 0 }, isNeverPaid: true },
  "promised in grace, for three days": { ...line, promisedUntilMs: endMs + 3 * dayMs, promisedAtMs: endMs + dayMs },
  "promised when it was over": { ...line, promisedUntilMs: endMs + 5 * dayMs, promisedAtMs: endMs + 2 * dayMs },
  "its credit will pay": { ...line, bridgedUntilMs: endMs + 3_600_000, rules: { ...line.rules, graceSeconds: 0 } },
  "paused two days before the end, for five": { ...line, ...paused },
  "paused, without a date": { ...line, pausedAtMs: paused.pausedAtMs },
  "paused, and held back": { ...line, ...paused, suspendedReason: "cheque" },
  "a gigabyte a month, three paid ahead": { ...line, paid: monthsAhead, terms: counted },
  "twenty hours online a month, three paid ahead": {
    ...line,
    paid: monthsAhead,
    terms: { dataBytes: null, useSeconds: seconds(72_000) },
  },
  "a gigabyte a month, three paid ahead, paused": { ...line, ...paused, paid: monthsAhead, terms: counted },
};

const minuteMs = 60_000;
const times: Readonly<Record<string, number>> = {
  "the first moment": anchorMs,
  "four days before": endMs - 4 * dayMs,
  "three days before": endMs - 3 * dayMs,
  "a quarter of an hour before": endMs - 15 * minuteMs,
  "ten minutes before": endMs - 10 * minuteMs,
  "a moment before": endMs - 1,
  "the end": endMs,
  "an hour after": endMs + 60 * minuteMs,
  "a moment before the grace ends": endMs + 2 * dayMs - 1,
  "two days after": endMs + 2 * dayMs,
  "three days after": endMs + 3 * dayMs,
  "five days after": endMs + 5 * dayMs,
};

/** By the provider's clock. */
const at = (atMs: number) => new Date(atMs + 3 * 3_600_000).toISOString().slice(5, 19).replace("T", " ");

function said(value: unknown): string {
  if (typeof value === "number") return value > 1e12 ? at(value) : String(value);
  if (Array.isArray(value)) return `[${value.map(said).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([name, each]) => `${name} ${said(each)}`)
    .join(", ")}}`;
}

function rowOf(facts: SubscriptionFacts, nowMs: number): string {
  const look = nextLookMs(facts, nowMs);
  const promises = [1, 3, 4].map((days) => refusePromise(facts, Math.max(endMs, nowMs) + days * dayMs, nowMs));
  const pauses = [refusePause(facts, 5, 0, nowMs), refusePause(facts, 5, 25, nowMs), refusePause(facts, 5, 26, nowMs)];
  return [
    phaseOf(facts, nowMs),
    `credit ${creditDutyOf(facts, nowMs) ?? "rests"}`,
    `looked at ${look === null ? "no more" : at(look)}`,
    `a promise of 1, 3, 4 days ${promises.map((each) => each ?? "holds").join(", ")}`,
    `a pause of 5, 30, 31 days ${pauses.map((each) => each ?? "may be").join(", ")}`,
  ].join("; ");
}

test("[CUS-04] [CUS-05] what a line gives, and what may be done with it, is as the table says", async () => {
  const sections = Object.entries(lines).map(([name, facts]) => {
    const letInAgainMs = letInAgainMsOf(facts);
    const standings = Map.groupBy(Object.entries(times), ([, nowMs]) => said(standingOf(facts, nowMs)));
    return [
      `${name}: in time until ${at(inTimeUntilOf(facts))}${letInAgainMs === null ? "" : `, let in again ${at(letInAgainMs)}`}`,
      ...[...standings].map(([standing, same]) => {
        const when = standings.size === 1 ? "" : ` at ${same.map(([words]) => words).join(" | ")}`;
        return `  its sites are told${when}: ${standing}`;
      }),
      ...Object.entries(times).map(([words, nowMs]) => `  ${words}: ${rowOf(facts, nowMs)}`),
    ].join("\n");
  });
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("subscription-table.txt");
});

test("a promise until the very end promises nothing; one of a millisecond more is one", () => {
  for (const nowMs of [endMs - dayMs, endMs + 60 * minuteMs]) {
    const fromMs = Math.max(endMs, nowMs);
    expect([fromMs - 1, fromMs, fromMs + 1].map((untilMs) => refusePromise(line, untilMs, nowMs))).toEqual([
      "too-late",
      "too-late",
      null,
    ]);
  }
});

test("a promise that reaches beyond what is paid then holds", () => {
  const over = { promisedUntilMs: null, promisedAtMs: null };
  expect(promiseAfter({ promisedUntilMs: 10 }, 9)).toEqual({});
  expect([promiseAfter({ promisedUntilMs: 10 }, 10), promiseAfter({ promisedUntilMs: null }, 9)]).toEqual([over, over]);
});
