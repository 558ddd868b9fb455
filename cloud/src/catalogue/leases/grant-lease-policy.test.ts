import type { LeaseUse } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { type GrantClaimPlan, type GrantFacts, planGrantClaim, whatIsLeft } from "./grant-lease-policy.ts";

const use: LeaseUse = {
  startedAtMs: unixMs(1000),
  endsAtMs: null,
  usedBytes: bytes(300),
  usedSeconds: seconds(40),
};
const atHome: GrantFacts = {
  homeSiteId: "home",
  holderSiteId: "home",
  isOver: false,
  released: null,
  roamingSiteIds: ["home", "away", "third"],
};
const away = { ...atHome, holderSiteId: "away" };

test.each<[string, GrantFacts, string, GrantClaimPlan["kind"]]>([
  ["its holder asks", atHome, "home", "yours"],
  ["a site asks that shares with its home", atHome, "away", "ask"],
  ["a site asks that shares nothing", atHome, "elsewhere", "refuse"],
  ["its home shares nothing any more", { ...atHome, roamingSiteIds: ["away", "third"] }, "away", "refuse"],
  ["its home asks a holder for it", away, "home", "ask"],
  ["its home asks, and shares nothing any more", { ...away, roamingSiteIds: [] }, "home", "ask"],
  ["a third site asks a holder for it", away, "third", "ask"],
  ["its holder asks, and shares nothing any more", { ...away, roamingSiteIds: [] }, "away", "yours"],
  ["it was let go of, and a site asks that shares with its home", { ...atHome, released: use }, "away", "move"],
  ["it was let go of, and a site asks that shares nothing", { ...atHome, released: use }, "elsewhere", "refuse"],
  ["it was let go of elsewhere, and its home asks", { ...away, released: use, roamingSiteIds: [] }, "home", "move"],
  ["who let go of it asks", { ...away, released: use, roamingSiteIds: [] }, "away", "move"],
  ["it is over, whoever asks", { ...atHome, isOver: true }, "home", "unknown"],
  ["it is over, and was let go of", { ...atHome, isOver: true, released: use }, "away", "unknown"],
])("[BEY-04] a bought grant where %s", (_, facts, asker, kind) => {
  const plan = planGrantClaim(facts, asker);
  expect(plan).toEqual(kind === "move" ? { kind, use } : { kind });
});

test("[BEY-04] what was used of data and time online is not there any more where a grant goes; its start and its end go with it", () => {
  const terms = { ...unlimitedTerms, dataBytes: bytes(1000), useSeconds: seconds(60) };
  const held = { terms, startedAtMs: null, endsAtMs: 9000 };
  expect(whatIsLeft(held, use)).toEqual({
    startedAtMs: 1000,
    endsAtMs: 9000,
    terms: { ...terms, dataBytes: 700, useSeconds: 20 },
  });
  const more = { ...use, usedBytes: bytes(1001), usedSeconds: seconds(61), endsAtMs: unixMs(8000) };
  expect(whatIsLeft({ ...held, startedAtMs: 500 }, more)).toEqual({
    startedAtMs: 1000,
    endsAtMs: 8000,
    terms: { ...terms, dataBytes: 0, useSeconds: 0 },
  });
  expect(whatIsLeft({ ...held, terms: unlimitedTerms }, use).terms).toEqual(unlimitedTerms);
  const fairUse = {
    utcOffsetMinutes: 180,
    period: "day" as const,
    quotaBytes: bytes(500),
    downKbps: kbps(1),
    upKbps: kbps(1),
  };
  const fair = { ...unlimitedTerms, fairUse };
  const period = { fromMs: unixMs(5), bytes: bytes(300) };
  const carried = whatIsLeft({ ...held, terms: fair }, { ...use, period });
  expect(carried.terms.fairUse).toEqual({ ...fairUse, elsewhere: period });
  const moved = whatIsLeft(carried, { ...use, movedAtMs: [unixMs(7)] });
  expect(whatIsLeft(moved, use).terms.movedAtMs, "so do moves to other devices").toEqual([7]);
  // An older site tells nothing of it: what sites before it told stays.
  expect(whatIsLeft(carried, use).terms.fairUse?.elsewhere).toEqual(period);
});
