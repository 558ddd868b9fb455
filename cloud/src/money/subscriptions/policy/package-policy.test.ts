import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { describe, expect, test } from "vitest";
import { decidePackage, type PackageFacts } from "./package-policy.ts";
import type { PromptFacts } from "./prompt-times.ts";

const hour = 3_600_000;
const day = { ...unlimitedTerms, validitySeconds: seconds(86_400) };
const last = { terms: day, isRevoked: false, startedAtMs: 0, endsAtMs: 24 * hour, usedBytes: 0, usedSeconds: 0 };
const facts: PackageFacts = {
  nowMs: 2 * hour,
  priceCents: 5000,
  creditCents: 5000,
  isSold: true,
  untilToldMs: 0,
  soldUntilMs: null,
  prompt: null,
  last,
};
const decide = (changes: Partial<PackageFacts>) => decidePackage({ ...facts, ...changes });

test("[PAY-16] nobody has it yet: it is bought at once, or waits for the money", () => {
  expect(decide({ last: null })).toEqual({ kind: "buy" });
  expect(decide({ last: null, creditCents: 4000 })).toEqual({
    kind: "suspend",
    missingCents: 1000,
    againInMs: null,
  });
});

test("[PAY-16] after a restore nothing is bought, asked for or stopped before its site could tell that it was bought", () => {
  const over = { nowMs: 30 * hour, untilToldMs: 600_000 };
  expect(decide(over)).toEqual({ kind: "wait", forMs: 600_000 });
  expect(decide({ ...over, creditCents: 0 })).toEqual({ kind: "wait", forMs: 600_000 });
  expect(decide({ ...over, nowMs: 23 * hour })).toEqual({ kind: "wait", forMs: hour - 600_000 });
});

test("[PAY-16] while it runs it is looked at again, and bought ten minutes before its end", () => {
  expect(decide({})).toEqual({ kind: "wait", forMs: 6 * hour });
  expect(decide({ nowMs: 23 * hour })).toEqual({ kind: "wait", forMs: hour - 600_000 });
  expect(decide({ nowMs: 24 * hour - 600_000 })).toEqual({ kind: "buy" });
  expect(decide({ nowMs: 30 * hour })).toEqual({ kind: "buy" });
  const short = { ...last, terms: { ...day, validitySeconds: seconds(600) }, endsAtMs: 600_000 };
  expect(decide({ last: short, nowMs: 0 })).toEqual({ kind: "wait", forMs: 540_000 });
});

test("[PAY-16] what was bought and has not begun is waited for, however long its site is away", () => {
  const waiting = { ...last, startedAtMs: null, endsAtMs: null };
  expect(decide({ last: waiting, nowMs: 99 * hour })).toEqual({ kind: "wait", forMs: 2.4 * hour });
});

test("[PAY-16] data that is nearly used up is renewed before its time", () => {
  const terms = { ...day, dataBytes: bytes(1000) };
  expect(decide({ last: { ...last, terms, usedBytes: 900 } })).toEqual({ kind: "wait", forMs: 600_000 });
  expect(decide({ last: { ...last, terms, usedBytes: 950 } })).toEqual({ kind: "buy" });
});

test("[PAY-16] it ends with its plan, with a package that was taken back, and where nothing ever ends", () => {
  expect(decide({ isSold: false })).toMatchObject({ kind: "end" });
  expect(decide({ last: { ...last, isRevoked: true } })).toMatchObject({ kind: "end" });
  expect(decide({ last: { ...last, terms: unlimitedTerms } })).toMatchObject({ kind: "end" });
});

test("[PAY-16] it ends with its plan's own date: what is bought in the last minutes, or after it, would end at once", () => {
  const soldUntilMs = 24 * hour;
  const dated = { ...last, terms: { ...day, validUntilMs: unixMs(soldUntilMs) } };
  const sold = (changes: Partial<PackageFacts>) => decide({ last: dated, soldUntilMs, ...changes });
  expect(sold({ nowMs: 23 * hour })).toEqual({ kind: "wait", forMs: hour - 600_000 });
  expect(sold({ nowMs: 24 * hour - 600_000 })).toEqual({ kind: "end", why: "not-sold" });
  const unbegun = { ...dated, startedAtMs: null, endsAtMs: null };
  expect(sold({ last: unbegun, nowMs: 2 * hour }), "it waits as long as its plan lasts").toEqual({
    kind: "wait",
    forMs: 2.4 * hour,
  });
  expect(sold({ last: unbegun, nowMs: 24 * hour - 540_000 })).toEqual({ kind: "end", why: "not-sold" });
  expect(sold({ last: unbegun, nowMs: 25 * hour, creditCents: 0 })).toEqual({ kind: "end", why: "not-sold" });
  expect(sold({ last: null, nowMs: 25 * hour })).toEqual({ kind: "end", why: "not-sold" });
  expect(sold({ last: { ...dated, endsAtMs: 8 * hour }, nowMs: 8 * hour }), "days of a month").toEqual({ kind: "buy" });
});

describe("[PAY-12] [PAY-16] the phone is asked for what credit does not cover", () => {
  const minute = 60_000;
  const noon = 12 * hour;
  const none: PromptFacts = { made: 0, max: 3, lastAtMs: null, openForMs: null, utcOffsetMinutes: 0 };
  const short = (prompt: Partial<PromptFacts>, nowMs = noon) =>
    decide({ last: null, creditCents: 4000, nowMs, prompt: { ...none, ...prompt } });
  const stops = (againInMs: number | null) => ({ kind: "suspend", missingCents: 1000, againInMs });

  test("at once, then a quarter of an hour after each try, and no more often than the provider says", () => {
    expect(short({})).toEqual({ kind: "prompt", missingCents: 1000 });
    expect(short({ made: 1, lastAtMs: noon - 5 * minute })).toEqual({ kind: "wait", forMs: 10 * minute });
    expect(short({ made: 2, lastAtMs: noon - 15 * minute })).toEqual({ kind: "prompt", missingCents: 1000 });
    expect(short({ made: 3, lastAtMs: noon - hour })).toEqual(stops(null));
  });

  test("while one is open nothing is bought and nobody is asked; when nobody knows what became of it, it waits for money", () => {
    expect(short({ made: 1, openForMs: minute })).toEqual({ kind: "wait", forMs: minute });
    const covered = { last: null, creditCents: 5000, nowMs: noon };
    expect(decide({ ...covered, prompt: { ...none, openForMs: minute } })).toMatchObject({ kind: "wait" });
    expect(short({ made: 1, openForMs: 20 * minute })).toEqual(stops(null));
    expect(decide({ ...covered, prompt: { ...none, openForMs: 20 * minute } })).toEqual({ kind: "buy" });
  });

  test.each([
    [3, 0, 4],
    [22, 0, 9],
    [6.5, 0, 0.5],
    [6.5, 180, null],
    [18.5, 180, 9.5],
  ])(
    "nobody's phone rings at night: at %f o'clock UTC, %i minutes east, it is asked in %s hours",
    (at, utcOffsetMinutes, hours) => {
      const decision = short({ utcOffsetMinutes }, at * hour);
      if (hours === null) expect(decision).toMatchObject({ kind: "prompt" });
      else if (hours * hour <= 15 * minute) expect(decision).toEqual({ kind: "wait", forMs: hours * hour });
      else expect(decision).toEqual(stops(hours * hour));
    },
  );

  test("credit that covers the price is spent, and nobody is asked", () => {
    expect(decide({ last: null, creditCents: 5000, nowMs: noon, prompt: none })).toEqual({ kind: "buy" });
  });
});
