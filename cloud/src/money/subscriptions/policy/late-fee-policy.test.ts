import { expect, test } from "vitest";
import { isFeeUndue, type PaidByThen } from "./late-fee-policy.ts";

const due = 250_000;
const paid = (knownCents: number, lateCents: number, spentCents = 0): PaidByThen => ({
  cents: knownCents + lateCents - spentCents,
  knownCents,
  lateCents,
});

test.each<[string, PaidByThen | null, boolean]>([
  ["nothing that was paid in time came since", null, false],
  ["all of it came late into the books", paid(0, due), true],
  ["a cent less came", paid(0, due - 1), false],
  ["the rest of it came, beside credit that was not enough", paid(200_000, 50_000), true],
  ["not all of the rest came", paid(200_000, 49_999), false],
  ["it came, and went elsewhere since", paid(0, due, 1), false],
  ["credit that was enough lay there, and a little more came", paid(due, 50_000), false],
  ["more than enough lay there, and nearly as much again came", paid(2 * due, due - 1), false],
  ["credit that was enough lay there, and all of it came once more", paid(due, due), true],
  ["that came once more, and the credit went elsewhere", paid(due, due, due + 1), false],
])("[CUS-20] a late fee where %s", (_, money, isUndue) => {
  expect(isFeeUndue(due, money)).toBe(isUndue);
});
