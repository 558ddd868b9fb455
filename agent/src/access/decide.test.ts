import type { Grant } from "@karibu/protocol/grant";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import type { Wall } from "@karibu/protocol/world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { startGrant } from "../grants/grant-period.ts";
import type { Usage } from "../state/live-usage.ts";
import { type Devices, decide } from "./decide.ts";

const noonMs = Date.UTC(2026, 10, 20, 12);
const hourMs = 3_600_000;
const noUse: Usage = { bytes: 0, onlineSeconds: 0 };
const me = { device: "me", mac: "AA:AA:AA:AA:AA:AA" };
const alone: Devices = { slots: [], asking: me, wish: "enter" };
const synced = (atMs: number): Wall => ({ atMs: unixMs(atMs), quality: "synced" });

function grantOf(terms: Partial<Terms>, rest: Partial<Grant> = {}): Grant {
  const grant: Grant = {
    grantId: "g",
    origin: "voucher",
    planName: "p",
    terms: { ...unlimitedTerms, ...terms },
    ...notBegun,
  };
  return { ...grant, ...rest };
}

function reasonOf(grant: Grant, usage = noUse, devices = alone, wall = synced(noonMs)): string {
  const decision = decide(grant, usage, devices, wall);
  return decision.kind === "reject" ? decision.reason : "accept";
}

test("[PLN-01] a time plan runs from its first use, and what remains shrinks", () => {
  const grant = startGrant(grantOf({ validitySeconds: seconds(3600) }), noonMs);
  expect(grant.endsAtMs).toBe(noonMs + hourMs);
  const later = decide(grant, noUse, alone, synced(noonMs + 600_000));
  expect(later).toMatchObject({ kind: "accept", limits: { sessionSeconds: 3000 } });
  expect(reasonOf(grant, noUse, alone, synced(noonMs + hourMs - 1))).toBe("accept");
  expect(reasonOf(grant, noUse, alone, synced(noonMs + hourMs))).toBe("expired");
});

test("a session is told whole seconds, and none more than are left", () => {
  const grant = startGrant(grantOf({ validitySeconds: seconds(3600) }), noonMs);
  const secondsAt = (atMs: number) => decide(grant, noUse, alone, synced(atMs));
  expect(secondsAt(noonMs + 1)).toMatchObject({ limits: { sessionSeconds: 3599 } });
  expect(secondsAt(noonMs + hourMs - 1001)).toMatchObject({ limits: { sessionSeconds: 1 } });
  // 0 would be none to a router.
  expect(secondsAt(noonMs + hourMs - 1)).toMatchObject({ limits: { sessionSeconds: 1 } });
});

test("[PLN-02] [RAD-14] a data plan gives what remains of it, up to the last byte", () => {
  const grant = grantOf({ dataBytes: bytes(5_000_000_000) });
  expect(decide(grant, { bytes: 4_999_999_999, onlineSeconds: 0 }, alone, synced(noonMs))).toMatchObject({
    limits: { totalBytes: 1 },
  });
  expect(reasonOf(grant, { bytes: 5_000_000_000, onlineSeconds: 0 })).toBe("data-used");
});

test("use time counts seconds online, not the calendar", () => {
  const grant = startGrant(grantOf({ useSeconds: seconds(3600) }), noonMs);
  const nextWeek = synced(noonMs + 7 * 24 * hourMs);
  expect(decide(grant, { bytes: 0, onlineSeconds: 3000 }, alone, nextWeek)).toMatchObject({
    limits: { sessionSeconds: 600 },
  });
  expect(reasonOf(grant, { bytes: 0, onlineSeconds: 3600 }, alone, nextWeek)).toBe("time-used");
});

test("refusals come in their order: revoked, suspended, expired, time, data, schedule, devices", () => {
  const terms: Partial<Terms> = {
    validitySeconds: seconds(10),
    useSeconds: seconds(10),
    dataBytes: bytes(10),
    schedule: { utcOffsetMinutes: 0, windows: [] },
  };
  const usedUp = { bytes: 10, onlineSeconds: 10 };
  const full: Devices = { slots: [{ device: "other", mac: null, online: true }], asking: me, wish: "re-enter" };
  const started = startGrant(grantOf(terms), noonMs - hourMs);
  const fresh = startGrant(grantOf(terms), noonMs);
  expect(reasonOf({ ...started, revokedAtMs: unixMs(1) }, usedUp, full)).toBe("revoked");
  const suspended = { ...started, suspended: { reason: "The bill is open." } };
  expect(reasonOf({ ...suspended, revokedAtMs: unixMs(1) }, usedUp, full)).toBe("revoked");
  expect(reasonOf(suspended, usedUp, full)).toBe("suspended");
  expect(reasonOf(started, usedUp, full)).toBe("expired");
  expect(reasonOf(fresh, usedUp, full)).toBe("time-used");
  expect(reasonOf(fresh, { bytes: 10, onlineSeconds: 0 }, full)).toBe("data-used");
  expect(reasonOf(fresh, noUse, full)).toBe("outside-schedule");
  expect(reasonOf({ ...fresh, terms: { ...fresh.terms, schedule: null } }, noUse, full)).toBe("too-many-devices");
});

test("[BEY-11] a router that woke up in 1970 expires nobody, and asks again soon", () => {
  const grant = startGrant(
    grantOf({ validitySeconds: seconds(3600), schedule: { utcOffsetMinutes: 0, windows: [] } }),
    noonMs - 2 * hourMs,
  );
  const in1970: Wall = { atMs: unixMs(noonMs), quality: "unknown" };
  expect(decide(grant, noUse, alone, in1970)).toMatchObject({ kind: "accept", limits: { sessionSeconds: 900 } });
  expect(reasonOf(grant, noUse, alone, { ...in1970, quality: "estimated" })).toBe("expired");
});

test("a date after which nothing is left ends a plan even when its first use was yesterday", () => {
  const grant = startGrant(
    grantOf({ validitySeconds: seconds(86_400), validUntilMs: unixMs(noonMs) }),
    noonMs - hourMs,
  );
  expect(grant.endsAtMs).toBe(noonMs);
  expect(reasonOf(grant)).toBe("expired");
});

test("[BEY-10] a device keeps its slot under its key or its MAC; a stranger takes a free one, an idle one, and by proof the oldest", () => {
  const grant = grantOf({ devices: 2 });
  const slots = [
    { device: "first", mac: "11:11:11:11:11:11", online: true },
    { device: "second", mac: null, online: true },
  ];
  const slotFor = (devices: Devices) => {
    const decision = decide(grant, noUse, devices, synced(noonMs));
    return decision.kind === "accept" ? decision.slot : decision.reason;
  };
  const byMac = { device: "new-cookie", mac: "11:11:11:11:11:11" };
  expect(slotFor({ slots, asking: byMac, wish: "stay" })).toEqual({ kind: "held" });
  expect(slotFor({ slots, asking: { device: "second", mac: null }, wish: "stay" })).toEqual({ kind: "held" });
  expect(slotFor({ slots: slots.slice(1), asking: me, wish: "re-enter" })).toEqual({ kind: "take", replaces: null });
  const oneIdle = [slots[0], { ...slots[1], online: false }] as Devices["slots"];
  expect(slotFor({ slots: oneIdle, asking: me, wish: "re-enter" })).toEqual({ kind: "take", replaces: "second" });
  expect(slotFor({ slots, asking: me, wish: "re-enter" })).toBe("too-many-devices");
  expect(slotFor({ slots, asking: me, wish: "enter" })).toEqual({ kind: "take", replaces: "first" });
  expect(slotFor({ slots: oneIdle, asking: me, wish: "stay" })).toBe("too-many-devices");
});

const limit = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: null });
const anyTerms = fc.record({
  validitySeconds: limit(10_000_000),
  useSeconds: limit(10_000_000),
  dataBytes: limit(2 ** 40),
  validUntilMs: fc.option(fc.integer({ min: noonMs - 10 * hourMs, max: noonMs + 1000 * hourMs }), { nil: null }),
});
const anyCase = fc.record({
  terms: anyTerms,
  usedShare: fc.double({ min: 0, max: 1.2, noNaN: true }),
  laterMs: fc.integer({ min: -5000 * hourMs, max: 5000 * hourMs }),
  graceSeconds: fc.option(fc.nat(1_000_000), { nil: undefined }),
  quality: fc.constantFrom("synced" as const, "estimated" as const, "unknown" as const),
});

test("whatever the plan, the use and the clock: never more than the plan, never refused early", () => {
  fc.assert(
    fc.property(anyCase, ({ terms, usedShare, laterMs, quality, graceSeconds }) => {
      const grace = graceSeconds === undefined ? {} : { graceSeconds: seconds(graceSeconds) };
      const started = startGrant(grantOf(terms as Partial<Terms>, grace), noonMs);
      const usage = {
        bytes: Math.floor((terms.dataBytes ?? 2 ** 40) * usedShare),
        onlineSeconds: Math.floor((terms.useSeconds ?? 1e7) * usedShare),
      };
      const nowMs = noonMs + laterMs;
      const decision = decide(started, usage, alone, { atMs: unixMs(nowMs), quality });
      const planEndsMs = Math.min(
        terms.validitySeconds === null ? Number.POSITIVE_INFINITY : noonMs + terms.validitySeconds * 1000,
        terms.validUntilMs ?? Number.POSITIVE_INFINITY,
      );
      const endsMs = planEndsMs + (graceSeconds ?? 0) * 1000;
      const isOver = quality !== "unknown" && nowMs >= endsMs;
      const timeUsed = terms.useSeconds !== null && usage.onlineSeconds >= terms.useSeconds;
      const dataUsed = terms.dataBytes !== null && usage.bytes >= terms.dataBytes;
      expect(decision.kind).toBe(isOver || timeUsed || dataUsed ? "reject" : "accept");
      if (decision.kind === "reject") return;
      const { sessionSeconds, totalBytes } = decision.limits;
      if (terms.dataBytes !== null) expect(usage.bytes + (totalBytes ?? Number.NaN)).toBe(terms.dataBytes);
      if (terms.useSeconds !== null) {
        expect(usage.onlineSeconds + (sessionSeconds ?? Number.NaN)).toBeLessThanOrEqual(terms.useSeconds);
      }
      if (quality !== "unknown" && Number.isFinite(endsMs)) {
        // A NAS knows whole seconds, and 0 would be no limit: the last second may be a whole one.
        expect((sessionSeconds ?? Number.NaN) * 1000).toBeLessThanOrEqual(Math.max(endsMs - noonMs, 0) + 1000);
        expect(nowMs + (sessionSeconds ?? Number.NaN) * 1000).toBeLessThan(Math.max(endsMs, nowMs) + 1000);
      }
    }),
    { numRuns: 2000 },
  );
});

test("asking again never gives more: what was promised once only shrinks as time and bytes pass", () => {
  fc.assert(
    fc.property(anyTerms, fc.array(fc.nat(100_000), { maxLength: 20 }), (terms, steps) => {
      const grant = startGrant(grantOf(terms as Partial<Terms>), noonMs);
      let nowMs = noonMs;
      let usage = noUse;
      let lastEndMs = Number.POSITIVE_INFINITY;
      for (const step of steps) {
        const decision = decide(grant, usage, alone, synced(nowMs));
        if (decision.kind === "reject") return;
        const endMs = nowMs + (decision.limits.sessionSeconds ?? Number.POSITIVE_INFINITY) * 1000;
        if (terms.useSeconds === null) expect(endMs).toBeLessThanOrEqual(lastEndMs + 1000);
        lastEndMs = endMs;
        nowMs += step * 1000;
        usage = { bytes: usage.bytes + step * 1000, onlineSeconds: usage.onlineSeconds + step };
      }
    }),
  );
});

const anyWindow = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 7 }),
  fromMinute: fc.integer({ min: 0, max: 1439 }),
  toMinute: fc.integer({ min: 1, max: 2880 }),
});

test("a plan for certain hours lets nobody in outside them, and no session past them", () => {
  const any = fc.record({
    windows: fc.array(anyWindow, { maxLength: 4 }),
    utcOffsetMinutes: fc.integer({ min: -720, max: 840 }),
    laterMs: fc.integer({ min: 0, max: 400 * hourMs }),
  });
  const isOpen = (windows: readonly { days: number[]; fromMinute: number; toMinute: number }[], localMs: number) => {
    const minute = Math.floor(localMs / 60_000);
    return windows.some(({ days, fromMinute, toMinute }) =>
      [0, 1, 2].some((daysAgo) => {
        const midnight = (Math.floor(minute / 1440) - daysAgo) * 1440;
        const weekday = (Math.floor(midnight / 1440) + 4) % 7;
        return days.includes(weekday) && minute >= midnight + fromMinute && minute < midnight + toMinute;
      }),
    );
  };
  fc.assert(
    fc.property(any, ({ windows, utcOffsetMinutes, laterMs }) => {
      const nowMs = noonMs + laterMs;
      const localMs = nowMs + utcOffsetMinutes * 60_000;
      const decision = decide(grantOf({ schedule: { utcOffsetMinutes, windows } }), noUse, alone, synced(nowMs));
      expect(decision.kind).toBe(isOpen(windows, localMs) ? "accept" : "reject");
      if (decision.kind === "reject") {
        expect(decision.reason).toBe("outside-schedule");
        return;
      }
      const { sessionSeconds } = decision.limits;
      if (sessionSeconds === null) return;
      for (let second = 0; second < sessionSeconds - 1; second += Math.ceil(sessionSeconds / 50)) {
        expect(isOpen(windows, localMs + second * 1000)).toBe(true);
      }
      expect(isOpen(windows, localMs + sessionSeconds * 1000 + 1000)).toBe(false);
    }),
    { numRuns: 500 },
  );
});
