import type { LeaseUse } from "@karibu/protocol/feed";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { type LeaseFacts, planClaim, unused } from "./lease-policy.ts";

const used = (usedBytes: number, usedSeconds: number): LeaseUse => ({
  startedAtMs: null,
  endsAtMs: null,
  usedBytes: bytes(usedBytes),
  usedSeconds: seconds(usedSeconds),
});
const facts: LeaseFacts = { homeSiteId: "home", moved: null, released: null, siteIds: ["home", "away", "third"] };

test("[BEY-04] a site where the voucher may not be redeemed gets no lease, whoever holds it", () => {
  const released = { siteId: "home", releasedAtMs: 1, use: unused };
  expect(planClaim(facts, "elsewhere")).toEqual({ kind: "refuse" });
  expect(planClaim({ ...facts, released }, "elsewhere")).toEqual({ kind: "refuse" });
  expect(planClaim({ ...facts, homeSiteId: null }, "home")).toEqual({ kind: "refuse" });
});

test("the holder has it already; another site asks the holder, or gets what the holder released", () => {
  expect(planClaim(facts, "home")).toEqual({ kind: "yours", use: unused });
  expect(planClaim(facts, "away")).toEqual({ kind: "ask", holderSiteId: "home", leaseAtMs: 0 });
  const released = { siteId: "home", releasedAtMs: 5, use: used(10, 20) };
  expect(planClaim({ ...facts, released }, "away")).toEqual({ kind: "move", fromSiteId: "home", use: used(10, 20) });
});

test("[BEY-04] who let go of the lease that it holds gets nothing back before its release has come: what it used is not known here yet", () => {
  const moved = { siteId: "away", movedAtMs: 10, use: used(10, 20) };
  expect(planClaim(facts, "home", 0)).toEqual({ kind: "refuse" });
  expect(planClaim({ ...facts, moved }, "away", 10)).toEqual({ kind: "refuse" });
  // Of an earlier lease it let go; this one came back to it.
  expect(planClaim({ ...facts, moved }, "away", 4)).toEqual({ kind: "yours", use: moved.use });
  const released = { siteId: "away", releasedAtMs: 10, use: used(30, 40) };
  expect(planClaim({ ...facts, moved, released }, "away", 10)).toMatchObject({ kind: "move", use: used(30, 40) });
});

test("[BEY-04] a release from before the voucher moved moves it no more, nor does one of another site", () => {
  const moved = { siteId: "away", movedAtMs: 10, use: used(10, 20) };
  const ask = { kind: "ask", holderSiteId: "away", leaseAtMs: 10 };
  expect(planClaim({ ...facts, moved, released: { siteId: "away", releasedAtMs: 9, use: unused } }, "third")).toEqual(
    ask,
  );
  expect(planClaim({ ...facts, moved, released: { siteId: "home", releasedAtMs: 11, use: unused } }, "third")).toEqual(
    ask,
  );
  const released = { siteId: "away", releasedAtMs: 10, use: used(30, 40) };
  expect(planClaim({ ...facts, moved, released }, "third")).toMatchObject({ kind: "move", use: used(30, 40) });
});

test("[BEY-04] what a voucher used before it moved stays used, also where its holder never learned of it", () => {
  const moved = { siteId: "away", movedAtMs: 10, use: used(100, 200) };
  const released = { siteId: "away", releasedAtMs: 20, use: used(30, 40) };
  expect(planClaim({ ...facts, moved, released }, "third")).toMatchObject({ kind: "move", use: used(100, 200) });
});

test("[BEY-04] when a voucher began and ends is kept, also where its new holder tells neither; a later word of it counts", () => {
  const before = { ...used(1, 1), startedAtMs: unixMs(100), endsAtMs: unixMs(900) };
  const moved = { siteId: "away", movedAtMs: 10, use: before };
  const told = (use: LeaseUse) =>
    planClaim({ ...facts, moved, released: { siteId: "away", releasedAtMs: 20, use } }, "third");
  expect(told(used(1, 1))).toEqual({ kind: "move", fromSiteId: "away", use: before });
  const later = { ...used(1, 1), startedAtMs: unixMs(200), endsAtMs: unixMs(950) };
  expect(told(later)).toEqual({ kind: "move", fromSiteId: "away", use: later });
});

test("[BEY-04] [PLN-10] of the fair use the newest period that a site told goes along, and of one period the larger amount", () => {
  const withPeriod = (fromMs: number, counted: number): LeaseUse => ({
    ...used(0, 0),
    period: { fromMs: unixMs(fromMs), bytes: bytes(counted) },
  });
  const planOf = (before: LeaseUse, reported: LeaseUse) =>
    planClaim(
      {
        ...facts,
        moved: { siteId: "away", movedAtMs: 10, use: before },
        released: { siteId: "away", releasedAtMs: 20, use: reported },
      },
      "third",
    );
  expect(planOf(withPeriod(5, 700), used(0, 0))).toMatchObject({ use: withPeriod(5, 700) });
  expect(planOf(withPeriod(5, 700), withPeriod(5, 900))).toMatchObject({ use: withPeriod(5, 900) });
  expect(planOf(withPeriod(5, 700), withPeriod(8, 1))).toMatchObject({ use: withPeriod(8, 1) });
  expect(planOf(withPeriod(8, 1), withPeriod(5, 700))).toMatchObject({ use: withPeriod(8, 1) });
});

test("[BEY-04] [CUS-18] moves to other devices that any holder told go along, each once, and the newest hundred of very many", () => {
  const withMoves = (...movedAtMs: number[]): LeaseUse => ({ ...used(0, 0), movedAtMs: movedAtMs.map(unixMs) });
  const movesOf = (before: LeaseUse, reported: LeaseUse) => {
    const moved = { siteId: "away", movedAtMs: 10, use: before };
    const released = { siteId: "away", releasedAtMs: 20, use: reported };
    const plan = planClaim({ ...facts, moved, released }, "third");
    return plan.kind === "move" ? plan.use.movedAtMs : plan.kind;
  };
  expect(movesOf(withMoves(1, 2), withMoves(2, 3))).toEqual([1, 2, 3]);
  expect(movesOf(withMoves(1, 2), used(0, 0)), "an older site tells none").toEqual([1, 2]);
  expect(movesOf(used(0, 0), used(0, 0))).toBeUndefined();
  const many = Array.from({ length: 100 }, (_, index) => index);
  expect(movesOf(withMoves(...many), withMoves(100))).toEqual([...many.slice(1), 100]);
});
