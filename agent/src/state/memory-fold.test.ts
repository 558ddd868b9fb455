/** What the hub tells a site that lost its memory: taken in once, whatever comes twice, and nothing known is lowered. */
import type { JournalEvent, JournalRecord, RecalledPage } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, cents, seconds, unixMs } from "@karibu/protocol/quantities";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyRecord } from "./apply-record.ts";
import { emptyState, type SiteState } from "./site-state.ts";
import { spentReasonOf } from "./spent-grants.ts";
import { restore, snapshotOf } from "./state-snapshot.ts";

const nowMs = Date.UTC(2026, 10, 22, 12);
const grant = {
  grantId: "v.b1.7",
  origin: "voucher" as const,
  planName: "1 GB",
  terms: { ...unlimitedTerms, dataBytes: bytes(1_000_000_000) },
  startedAtMs: unixMs(nowMs - 3_600_000),
  endsAtMs: null,
  revokedAtMs: null,
  unverified: false,
};
const session = {
  sessionKey: "old-key",
  sessionId: "80100001",
  nas: "router",
  user: "12345678",
  mac: "02:00:00:00:00:01",
  address: "10.5.50.7",
  startedAtMs: unixMs(nowMs - 600_000),
  inputBytes: bytes(0),
  outputBytes: bytes(300),
  onlineSeconds: seconds(300),
};
const nothing: RecalledPage = { spent: [], ended: [], grants: [], sales: [], sellers: [] };
const told = {
  grant,
  voucher: { batchId: "b1", serial: 7 },
  usedBytes: bytes(1000),
  usedSeconds: seconds(900),
  slots: [{ device: "d1", mac: "02:00:00:00:00:01" }],
  sessions: [session],
};
const pages: readonly RecalledPage[] = [
  { ...nothing, spent: [{ block: "v.b1.0", bits: Buffer.from([0x21]).toString("base64") }] },
  { ...nothing, grants: [told] },
  { ...nothing, sellers: [{ sellerId: "s1", soldCents: cents(7000), recent: [] }] },
];
const eventOf = (page: RecalledPage, done = false): JournalEvent => ({ kind: "recalled", recall: "r1", page, done });
const all = pages.map((page, index) => eventOf(page, index === pages.length - 1));

function fold(events: readonly JournalEvent[], state = emptyState()): SiteState {
  for (const [index, event] of events.entries()) {
    const stamp = { seq: index + 1, atMs: unixMs(nowMs + index), clock: "synced" as const, upMs: index };
    applyRecord(state, { ...stamp, ...event } as JournalRecord);
  }
  return state;
}
const started: JournalEvent = { kind: "agent-started", boot: 1, version: "test" };
const lost: JournalEvent = { kind: "memory-lost", cause: "empty" };
const known = (state: SiteState) => {
  const { memory: _, lastAtMs: __, bindings: ___, ...rest } = snapshotOf(state);
  return { ...rest, slots: rest.slots.map(([id, slots]) => [id, slots.map(({ device, mac }) => ({ device, mac }))]) };
};

test("[BEY-28] told to its end: ends, usage, devices, open sessions and sums are known, and nothing is missing any more", () => {
  const state = fold([started, lost, ...all]);
  expect(state.memory).toMatchObject({ lost: null, recalled: "r1" });
  expect([spentReasonOf(state.spent, "v.b1.0"), spentReasonOf(state.spent, "v.b1.1")]).toEqual([
    "expired",
    "time-used",
  ]);
  expect(state.usage.get("v.b1.7")).toEqual({ bytes: 1000, onlineSeconds: 900 });
  expect(state.slots.get("v.b1.7")).toMatchObject([{ device: "d1" }]);
  expect([...state.open.keys]).toEqual(["old-key"]);
  expect(state.soldCents.get("s1")).toBe(7000);
});

test("[BEY-28] SAME-AGAIN: cut between any two pages, told again from the first, with a restart anywhere: the same state", () => {
  const whole = known(fold([started, lost, ...all]));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: all.length }), { maxLength: 5 }), fc.nat(20), (cuts, restartAt) => {
      const events = [started, lost, ...cuts.flatMap((length) => all.slice(0, length)), ...all];
      const first = fold(events.slice(0, restartAt));
      const again = restore(JSON.parse(JSON.stringify(snapshotOf(first)))) as SiteState;
      expect(known(fold(events.slice(restartAt), again))).toEqual(whole);
    }),
  );
});

const used = (sessionKey: string, outputBytes: number): JournalEvent => ({
  kind: "session-used",
  sessionKey,
  inputBytes: bytes(0),
  outputBytes: bytes(outputBytes),
  onlineSeconds: seconds(outputBytes),
});
const begun = (sessionKey: string): JournalEvent => ({
  kind: "session-started",
  ...session,
  sessionKey,
  grantId: grant.grantId,
});

test("[BEY-28] a session that ran on while the stick was changed is charged once: under a new key, or under its own in an older folder", () => {
  // The router reported 450 in all before the site was told of the first 300.
  const empty = fold([started, lost, begun("new-key"), used("new-key", 450), ...all]);
  expect(empty.usage.get("v.b1.7")).toEqual({ bytes: 1150, onlineSeconds: 1050 });
  expect([...empty.open.keys]).toEqual(["new-key"]);
  const older = [
    started,
    { kind: "grant-started", grant, voucher: told.voucher } as const,
    begun("old-key"),
    used("old-key", 200),
  ];
  const state = fold([...older, lost, used("old-key", 450), ...all]);
  expect(state.usage.get("v.b1.7")).toEqual({ bytes: 1150, onlineSeconds: 1050 });
  expect(fold([used("old-key", 500)], state).usage.get("v.b1.7")).toEqual({ bytes: 1200, onlineSeconds: 1100 });
});

test("[BEY-28] a session that ended between the loss and the hub's word is charged once; one that the hub first hears of since stays on top", () => {
  const stopped = (sessionKey: string): JournalEvent => ({
    ...(used(sessionKey, 450) as Extract<JournalEvent, { kind: "session-used" }>),
    kind: "session-stopped",
    stoppedAtMs: unixMs(nowMs),
    cause: "user-request",
  });
  const again: JournalEvent = { kind: "agent-started", boot: 2, version: "test" };
  const start: JournalEvent = { kind: "grant-started", grant, voucher: told.voucher };
  // 1000 in all at the hub: 450 of this session, and 550 that were used before.
  const page = eventOf({ ...nothing, grants: [{ ...told, sessions: [] }] }, true);
  const ofBefore = [started, start, begun("old-key"), used("old-key", 200), again, lost, stopped("old-key"), page];
  expect(fold(ofBefore).usage.get("v.b1.7")).toMatchObject({ bytes: 1000, onlineSeconds: 900 });
  const ofNow = [started, start, again, begun("new-key"), used("new-key", 200), lost, stopped("new-key"), page];
  expect(fold(ofNow).usage.get("v.b1.7")).toMatchObject({ bytes: 1250, onlineSeconds: 1150 });
});

test("[PLN-10] [BEY-28] a session that ran on in free hours takes nothing off what was used in others", () => {
  const inFreeHours = { ...used("new-key", 450), isFree: true } as JournalEvent;
  const state = fold([started, lost, begun("new-key"), inFreeHours, ...all]);
  expect(state.usage.get("v.b1.7")).toEqual({ bytes: 1000, onlineSeconds: 1050 });
});

test.each([undefined, "10.0.0.1"])(
  "[BEY-28] a session that ran on under a new key and ended before the hub's word, which still has it as open, is charged once (kept by the router %s)",
  (router) => {
    const ended: JournalEvent = {
      ...(used("new-key", 450) as Extract<JournalEvent, { kind: "session-used" }>),
      kind: "session-stopped",
      stoppedAtMs: unixMs(nowMs),
      cause: "admin-reset",
    };
    const here = { ...begun("new-key"), ...(router === undefined ? {} : { router }) } as JournalEvent;
    const state = fold([started, lost, here, used("new-key", 300), ended, ...all]);
    expect(state.usage.get("v.b1.7")).toEqual({ bytes: 1150, onlineSeconds: 1050 });
    expect([...state.open.keys]).toEqual([]);
  },
);

test("[BEY-28] NO-AMNESIA: a code that was begun again meanwhile ends when its first use does; what was sold since stays on top", () => {
  const hour = { ...grant, endsAtMs: unixMs(nowMs + 60_000) };
  const second = { ...grant, startedAtMs: unixMs(nowMs), endsAtMs: unixMs(nowMs + 3_600_000) };
  const again: JournalEvent = { kind: "grant-started", grant: second, voucher: told.voucher, unremembered: true };
  const state = fold([
    started,
    lost,
    again,
    eventOf({ ...nothing, grants: [{ ...told, grant: hour, sessions: [] }] }, true),
  ]);
  expect(state.grants.get("v.b1.7")?.grant).toMatchObject({ startedAtMs: grant.startedAtMs, endsAtMs: hour.endsAtMs });
  const over = fold([started, lost, { ...again, grant: { ...second, grantId: "v.b1.0" } }, ...all]);
  expect([over.grants.has("v.b1.0"), spentReasonOf(over.spent, "v.b1.0")]).toEqual([false, "expired"]);
});

test("NO-GIFT: a period that the hub told is a date, which a later correction of the clock does not move", () => {
  const begun = { ...grant, startedAtMs: unixMs(nowMs), endsAtMs: unixMs(nowMs + 3_600_000) };
  const behindMs = 5 * 86_400_000;
  const trueEndMs = unixMs(nowMs + behindMs + 600_000);
  const page = { ...told, grant: { ...grant, startedAtMs: unixMs(nowMs + behindMs - 3_000_000), endsAtMs: trueEndMs } };
  const state = emptyState();
  const events: readonly JournalEvent[] = [
    started,
    lost,
    { kind: "grant-started", grant: begun, voucher: { batchId: "b1", serial: 7 } },
    eventOf({ ...nothing, grants: [page] }, true),
    { kind: "clock-corrected", boot: 1, stepMs: behindMs },
  ];
  for (const [index, event] of events.entries()) {
    const atMs = unixMs(nowMs + (event.kind === "clock-corrected" ? behindMs : 0));
    applyRecord(state, { seq: index + 1, atMs, clock: "estimated", upMs: index, ...event } as JournalRecord);
  }
  expect(state.grants.get(grant.grantId)?.grant.endsAtMs).toBe(trueEndMs);
});

test("[BEY-28] a phone that came back by its MAC alone before the hub's word holds one place, and puts no other phone out of its own", () => {
  const mac = "02:00:00:00:00:01";
  const family = { ...grant, terms: { ...grant.terms, devices: 2 } };
  const back: JournalEvent = {
    kind: "device-bound",
    grantId: grant.grantId,
    device: `mac.${mac}`,
    mac,
    replaces: null,
  };
  const slots = [
    { device: "d2", mac: "02:00:00:00:00:02" },
    { device: "d1", mac },
  ];
  const page = eventOf({ ...nothing, grants: [{ ...told, grant: family, slots, sessions: [] }] }, true);
  const state = fold([started, lost, { kind: "grant-started", grant: family, voucher: told.voucher }, back, page]);
  expect(state.slots.get(grant.grantId)).toMatchObject([{ device: "d2" }, { mac }]);
});
