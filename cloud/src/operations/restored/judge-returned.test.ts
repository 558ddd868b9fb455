import type { FeedRow } from "@karibu/protocol/feed";
import { describe, expect, test } from "vitest";
import { judgeRevocation, judgeSigned, type ReturnFacts } from "./judge-returned.ts";

const grant = (revokedAtMs: number | null) =>
  ({ kind: "grant", key: "g", version: 1, body: { grant: { revokedAtMs } } }) as FeedRow;
const batch = (active: boolean) => ({ kind: "batch", key: "b", version: 1, body: { active } }) as FeedRow;
/** Signed at version 15; the back-up ended at 10 and was restored at 1000. */
const lost: ReturnFacts = { signedVersion: 15, present: null, horizon: 4, before: null, restoredAtMs: 1000 };
const row = (version: number, isTombstone: boolean, changedAtMs: number) => ({
  version,
  isTombstone,
  changedAtMs,
  restoredVersion: null,
  switchedAtMs: null,
});
/** A batch that the hub published again after the restore, at version 20. */
const repeated = (restoredVersion: number, switchedAtMs: number | null = null) => ({
  ...row(20, false, 1500),
  restoredVersion,
  switchedAtMs,
});
const taken = { do: "adopt" };
const off = { do: "tighten" };
const refused = (verdict: string, reason: string) => ({ do: "refuse", verdict, reason });

describe("[BEY-29] a signed row that a site gives back", () => {
  test.each([
    ["unknown here", grant(null), lost, taken],
    ["unknown here, whatever could not be taken before", grant(null), { ...lost, before: "kept" as const }, taken],
    ["not signed for this place", grant(null), { ...lost, signedVersion: null }, refused("kept", "unsigned")],
    [
      "taken once and deleted since: a replay",
      grant(null),
      { ...lost, before: "taken" as const },
      refused("gone", "ended"),
    ],
    ["refused as ended before", grant(null), { ...lost, before: "gone" as const }, refused("gone", "ended")],
    ["from before tombstones that were deleted", grant(null), { ...lost, signedVersion: 4 }, refused("gone", "ended")],
    ["ended before the back-up, made anew after it", grant(null), { ...lost, present: row(9, true, 500) }, taken],
    [
      "ended before the back-up, and signed before that",
      grant(null),
      { ...lost, signedVersion: 8, present: row(9, true, 500) },
      refused("gone", "ended"),
    ],
    [
      "ended after the restore, at whatever version",
      grant(null),
      { ...lost, present: row(11, true, 1001) },
      refused("gone", "ended"),
    ],
    [
      "here as it was",
      grant(null),
      { ...lost, signedVersion: 9, present: row(9, false, 500) },
      refused("gone", "older"),
    ],
    [
      "here, and older than a revocation",
      grant(null),
      { ...lost, present: row(20, false, 1500) },
      refused("gone", "older"),
    ],
    ["revoked after the back-up", grant(7), { ...lost, present: row(9, false, 500) }, off],
    ["revoked after the back-up, published since", grant(7), { ...lost, present: row(20, false, 1500) }, off],
    ["a batch that was switched off after the back-up", batch(false), { ...lost, present: row(9, false, 500) }, off],
    [
      "a batch that was off before, and on in the back-up",
      batch(false),
      { ...lost, signedVersion: 8, present: row(9, false, 500) },
      refused("gone", "older"),
    ],
    [
      "a batch that was switched on after the restore",
      batch(false),
      { ...lost, present: repeated(9, 1500) },
      refused("gone", "older"),
    ],
    [
      "a batch that was made after the restore",
      batch(false),
      { ...lost, present: row(11, false, 1500) },
      refused("gone", "older"),
    ],
    [
      "a batch that is off, after an older row of it was taken back",
      batch(false),
      { ...lost, present: repeated(14) },
      off,
    ],
    ["a batch that is off, after the hub repeated it", batch(false), { ...lost, present: repeated(9, 500) }, off],
    [
      "a batch that was off before, and on in what was taken back",
      batch(false),
      { ...lost, present: repeated(15) },
      refused("gone", "older"),
    ],
    ["a batch that is on", batch(true), { ...lost, present: row(9, false, 500) }, refused("gone", "older")],
  ])("%s", (_, given, facts, expected) => {
    expect(judgeSigned(given, facts)).toEqual(expected);
  });
});

describe("[BEY-29] a row that takes a right away, without a sign", () => {
  test.each([
    ["of the site that sells the code", true, null, off],
    ["of another site", false, null, refused("kept", "unknown")],
    ["known here", true, row(9, false, 500), refused("gone", "older")],
    ["given back before the back-up, taken away after it", true, row(9, true, 500), off],
    ["given back after the restore", true, row(11, true, 1500), refused("gone", "ended")],
  ])("%s", (_, isSellersOwn, present, expected) => {
    expect(judgeRevocation(isSellersOwn, { present, restoredAtMs: 1000 })).toEqual(expected);
  });
});
