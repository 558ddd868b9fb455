import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { decideRenewal, type RenewalFacts } from "./renewal-policy.ts";

const hour = 3_600_000;
const day = { ...unlimitedTerms, validitySeconds: seconds(86_400) };
const last = { terms: day, isRevoked: false, startedAtMs: 0, endsAtMs: 24 * hour, usedBytes: 0, usedSeconds: 0 };
const facts: RenewalFacts = {
  nowMs: 2 * hour,
  priceCents: 5000,
  creditCents: 5000,
  isSold: true,
  last,
};
const decide = (changes: Partial<RenewalFacts>) => decideRenewal({ ...facts, ...changes });

test("[PAY-16] nobody has it yet: it is bought at once, or waits for the money", () => {
  expect(decide({ last: null })).toEqual({ kind: "buy" });
  expect(decide({ last: null, creditCents: 4000 })).toEqual({ kind: "suspend", missingCents: 1000 });
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
