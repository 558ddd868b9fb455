/** What a site that lost its memory is told of grants that staff changed, and of devices. */
import type { Grant } from "@karibu/protocol/grant";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { type BegunGrant, endOf, slotsOf, toldGrant } from "./recall-page.ts";

const hourMs = 3_600_000;
const begun = (more: Partial<BegunGrant>, given?: Grant["given"]): BegunGrant => ({
  grantId: "v.b.1",
  written: {
    grantId: "v.b.1",
    origin: "voucher",
    planName: "hour",
    revokedAtMs: null,
    unverified: false,
    startedAtMs: unixMs(0),
    endsAtMs: unixMs(hourMs),
    terms: { ...unlimitedTerms, dataBytes: bytes(1000) },
    ...(given === undefined ? {} : { given }),
  },
  startedAtMs: 0,
  endsAtMs: null,
  usedBytes: 0,
  usedSeconds: 0,
  lease: { kind: "unmoved" },
  change: null,
  ...more,
});
const change = { seconds: 7200, useSeconds: 0, dataBytes: 500, isPaused: false };

test("[BEY-21] time that staff gave is not told: the site has the row of it and adds it itself, so it counts once", () => {
  const given = { seconds: seconds(3600), useSeconds: seconds(0), dataBytes: bytes(0) };
  // The hub's end has all two hours; the site's first record had one of them.
  const told = toldGrant(begun({ endsAtMs: 3 * hourMs, change }, given), { slots: [], sessions: [] });
  expect(told?.grant).toMatchObject({ endsAtMs: 2 * hourMs, given: { seconds: 3600 } });
  expect(toldGrant(begun({ endsAtMs: hourMs }), { slots: [], sessions: [] })?.grant.endsAtMs).toBe(hourMs);
});

test("[BEY-21] data that staff gave is left after a loss of memory, and a paused grant is not over", () => {
  expect(endOf(begun({ usedBytes: 1200 }), hourMs)).toBe("data-used");
  expect(endOf(begun({ usedBytes: 1200, change }), hourMs)).toBeNull();
  expect(endOf(begun({ usedBytes: 1500, change }), hourMs)).toBe("data-used");
  const over = { endsAtMs: hourMs, change: { ...change, isPaused: true } };
  expect(endOf(begun(over), 60 * 24 * hourMs)).toBeNull();
  expect(endOf(begun({ ...over, change }), 60 * 24 * hourMs)).toBe("expired");
});

test("[BEY-04] [BEY-28] a code whose lease came back ends when its lease does, and with what was given since: not when it ended as it began here", () => {
  const terms = { ...unlimitedTerms, dataBytes: bytes(1000) };
  const use = { startedAtMs: unixMs(0), endsAtMs: unixMs(100 * hourMs), usedBytes: bytes(0), usedSeconds: seconds(0) };
  const back = begun({ endsAtMs: hourMs, lease: { kind: "returned", use, terms } });
  const told = (one: BegunGrant) => toldGrant(one, { slots: [], sessions: [] })?.grant.endsAtMs;
  expect([endOf(back, 99 * hourMs), endOf(back, 124 * hourMs)]).toEqual([null, "expired"]);
  expect(told(back)).toBe(100 * hourMs);
  // Staff gave two hours at the other site: they came along.
  const given = { ...back, change };
  expect([endOf(given, 125 * hourMs), endOf(given, 126 * hourMs)]).toEqual([null, "expired"]);
  expect(told(given)).toBe(100 * hourMs);
  // An outage was credited here after it had come back.
  const later = { ...given, endsAtMs: 110 * hourMs };
  expect(endOf(later, 126 * hourMs)).toBeNull();
  expect(told(later)).toBe(108 * hourMs);
});

test("[PLN-10] data that is used up ends nothing that has free hours, which let it in all the same", () => {
  const { written, ...rest } = begun({ usedBytes: 1000 });
  const night = { days: [1], fromMinute: 0, toMinute: 300, isFree: true };
  const hours = { utcOffsetMinutes: 180, windows: [night] };
  const free = { ...rest, written: written && { ...written, terms: { ...written.terms, hours } } };
  expect([endOf({ ...rest, written }, hourMs), endOf(free, hourMs)]).toEqual(["data-used", null]);
});

test("[CUS-17] a device whose person was erased has no slot, and what it took from another stays taken", () => {
  const bound = (device: string | null, replaces: string | null = null) => ({ device, mac: null, replaces });
  expect(slotsOf([bound("one"), bound("two"), bound(null, "one")])).toEqual([{ device: "two", mac: null }]);
  expect(slotsOf([bound("one"), { ...bound(null), isGone: true }])).toEqual([{ device: "one", mac: null }]);
});
