import { expect, test } from "vitest";
import { type OfflineFacts, type Right, rightToAsk, sessionToTell, whyOffline } from "./offline-policy.ts";

const nowMs = 100_000;
const right: Right = {
  grantId: "g1",
  siteId: "s1",
  planName: "1 hour",
  createdAtMs: 10_000,
  startedAtMs: 11_000,
  endsAtMs: 200_000,
  revokedAtMs: null,
  isPaused: false,
  isSuspended: false,
  paymentId: "p1",
};
const payment = { id: "p1", state: "paid", reason: null, planName: "1 hour", atMs: 9000 } as const;
const session = { grantId: "g1", siteId: "s1", startedAtMs: 12_000, stoppedAtMs: 50_000, why: null };
const nobody: OfflineFacts = {
  customer: null,
  payment: null,
  rights: [],
  session: null,
  refused: null,
  away: new Map(),
  asked: null,
};
const refused = { atMs: 60_000, reason: "data-used", siteId: "s1" };
const later = { ...payment, id: "p2", atMs: 90_000 };
const ended = { ...right, endsAtMs: 80_000 };
const customer = { customerId: "c1", isActive: true };

test.each<readonly [string, Partial<OfflineFacts>, object]>([
  ["nobody has heard of them", {}, { kind: "nothing-known", remedy: { kind: "sell" } }],
  [
    "a session is open",
    { rights: [right], session: { ...session, stoppedAtMs: null } },
    { kind: "online", atMs: 12_000, remedy: null },
  ],
  [
    "a session is open at a site that is away",
    { rights: [right], session: { ...session, stoppedAtMs: null }, away: new Map([["s1", 70_000]]) },
    { kind: "site-away", atMs: 70_000, remedy: { kind: "site", id: "s1" } },
  ],
  [
    "the site is away, since nobody knows when",
    { rights: [right], away: new Map([["s1", null]]) },
    { kind: "site-away", atMs: null },
  ],
  ["another site is away", { rights: [right], session, away: new Map([["s2", 1]]) }, { kind: "left", atMs: 50_000 }],
  [
    "the customer is suspended",
    { rights: [right], customer: { ...customer, isActive: false } },
    { kind: "suspended", remedy: { kind: "customer", id: "c1" } },
  ],
  ["the right is held back", { rights: [{ ...right, isSuspended: true }], customer }, { kind: "suspended" }],
  [
    "staff paused it",
    { rights: [{ ...right, isPaused: true }] },
    { kind: "paused", remedy: { kind: "grant", id: "g1" } },
  ],
  [
    "staff paused it, and its end has passed since",
    { rights: [{ ...right, isPaused: true, endsAtMs: nowMs - 1 }] },
    { kind: "paused", remedy: { kind: "grant", id: "g1" } },
  ],
  [
    "another phone holds the only place, says the site now",
    { rights: [right], asked: { reason: "too-many-devices" }, refused },
    { kind: "places-taken", atMs: nowMs, remedy: { kind: "devices", id: "g1", siteId: "s1" } },
  ],
  [
    "the site was not reached, and refused the last log-in",
    { rights: [right], session, refused },
    { kind: "refused", reason: "data-used", atMs: 60_000, remedy: { kind: "sell" } },
  ],
  [
    "the site would let them in now, whatever it refused before",
    { rights: [right], session, refused, asked: { reason: null } },
    { kind: "left" },
  ],
  [
    "what was refused before they were last online says nothing of now",
    { rights: [right], session, refused: { ...refused, atMs: 11_500 } },
    { kind: "left", atMs: 50_000 },
  ],
  [
    "it is outside of its hours",
    { rights: [right], asked: { reason: "outside-schedule" } },
    { kind: "refused", reason: "outside-schedule", remedy: { kind: "grant", id: "g1" } },
  ],
  [
    "bought, and never logged in",
    { rights: [{ ...right, startedAtMs: null, endsAtMs: null }], payment },
    { kind: "not-used", atMs: 10_000 },
  ],
  [
    "a voucher that no site has yet: no site can be asked for a device",
    { rights: [{ ...right, siteId: null, startedAtMs: null, endsAtMs: null }] },
    { kind: "not-used", remedy: null },
  ],
  [
    "the phone left while its time runs",
    { rights: [right], session: { ...session, why: "idle-timeout" } },
    { kind: "left", reason: "idle-timeout" },
  ],
  [
    "the hour is over",
    { rights: [ended], payment, session },
    { kind: "ended", atMs: 80_000, remedy: { kind: "sell", siteId: "s1" } },
  ],
  [
    "what was refunded is over",
    { rights: [{ ...right, revokedAtMs: 40_000 }], payment: { ...payment, state: "reversed" } },
    { kind: "revoked", atMs: 40_000, remedy: { kind: "payment", id: "p1" } },
  ],
  [
    "the prompt of now waits for a PIN, after an hour that is over",
    { rights: [ended], payment: { ...later, state: "prompted" } },
    { kind: "no-pin", atMs: 90_000, remedy: { kind: "check-payment", id: "p2" } },
  ],
  [
    "nobody knows whether they paid",
    { payment: { ...later, state: "unknown" } },
    { kind: "payment-unknown", remedy: { kind: "check-payment" } },
  ],
  [
    "nobody answered the prompt",
    { payment: { ...later, state: "failed", reason: "expired" } },
    { kind: "payment-failed", reason: "expired", remedy: { kind: "sell" } },
  ],
  ["paid, and it opened nothing", { payment: later }, { kind: "no-right", remedy: { kind: "payment", id: "p2" } }],
  ["the money went back", { payment: { ...later, state: "reversed" } }, { kind: "money-back" }],
  [
    "an older hour runs still: a failed prompt of now changes nothing",
    { rights: [right], session, payment: { ...later, state: "failed", reason: "cancelled" } },
    { kind: "left" },
  ],
])("%s", (_, facts, verdict) => {
  expect(whyOffline({ ...nobody, ...facts }, nowMs)).toMatchObject(verdict);
});

test("the site is asked about what runs, then about what waits; of those that are held back only where there is nothing else", () => {
  const waiting = { ...right, grantId: "g2", createdAtMs: 50_000, startedAtMs: null, endsAtMs: null };
  const asked = (rights: readonly Right[]) => rightToAsk(rights, nowMs)?.grantId ?? null;
  expect(asked([waiting, right])).toBe("g1");
  expect(asked([waiting, ended])).toBe("g2");
  expect(asked([{ ...right, isPaused: true }, waiting])).toBe("g2");
  expect(asked([{ ...right, isPaused: true }, ended])).toBe("g1");
  expect(asked([ended])).toBeNull();
});

test("a session that a site which is away left open hides no other: whoever went on to another site is online there, or is asked for there", () => {
  const left = { ...session, siteId: "s2", stoppedAtMs: null };
  const away = new Map([["s2", 70_000]]);
  const here = { ...session, startedAtMs: 11_000, stoppedAtMs: null };
  expect(sessionToTell([left, here], away)).toEqual({ session: here, isOnline: true });
  expect(sessionToTell([left, session], away)).toEqual({ session: left, isOnline: false });
  expect(sessionToTell([], away)).toEqual({ session: null, isOnline: false });
});
