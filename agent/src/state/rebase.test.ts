/** What a correction of the clock moves. The hub's rows are held to the same table (`clock-corrections.test.ts` there). */
import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";
import { unixMs } from "@karibu/protocol/quantities";
import { type CorrectedGrant, correctedGrants } from "@karibu/protocol/test-clock-corrections";
import { expect, test } from "vitest";
import { applyRecord } from "./apply-record.ts";
import { openingCorrections } from "./rebase.ts";
import { emptyState, type SiteState } from "./site-state.ts";
import { restore, snapshotOf } from "./state-snapshot.ts";

/** @param between what happens to the state before each step: a restart, or nothing */
function fold(
  { shownMs, grant, outage, clock = "estimated", restarts = false, correctedFromMs, isProved, stepsMs }: CorrectedGrant,
  between: (state: SiteState) => SiteState,
): SiteState {
  let state = emptyState();
  let seq = 0;
  const apply = (event: JournalEvent, atMs: number, stamp: { readonly clock?: "synced" | "estimated" } = {}) => {
    seq += 1;
    applyRecord(state, { seq, atMs: unixMs(atMs), clock: "estimated", upMs: seq, ...stamp, ...event } as JournalRecord);
  };
  apply({ kind: "agent-started", boot: 1, version: "test" }, shownMs);
  apply({ kind: "grant-started", grant, voucher: null }, shownMs + 3, { clock });
  if (restarts) apply({ kind: "agent-started", boot: 2, version: "test" }, shownMs);
  if (outage !== undefined)
    apply(
      { kind: "outage-credited", fromMs: unixMs(outage.fromMs), toMs: unixMs(outage.toMs) } as JournalEvent,
      outage.toMs,
    );
  let wallMs = outage?.toMs ?? shownMs;
  for (const [index, stepMs] of stepsMs.entries()) {
    state = between(state);
    wallMs = (correctedFromMs?.[index] ?? wallMs) + stepMs;
    const stamp = { clock: isProved ? "synced" : "estimated" } as const;
    apply({ kind: "clock-corrected", boot: restarts ? 2 : 1, stepMs }, wallMs, stamp);
  }
  return state;
}

test.each(correctedGrants)("NO-THEFT, NO-GIFT: $name", (one) => {
  const { startedAtMs, endsAtMs } = fold(one, (state) => state).grants.get(one.grant.grantId)?.grant ?? {};
  expect({ startedAtMs, endsAtMs }).toEqual(one.after);
});

test.each(correctedGrants)("SAME-AGAIN: restored from a snapshot before each step, $name", (one) => {
  const again = (state: SiteState) => restore(JSON.parse(JSON.stringify(snapshotOf(state)))) as SiteState;
  const { startedAtMs, endsAtMs } = fold(one, again).grants.get(one.grant.grantId)?.grant ?? {};
  expect({ startedAtMs, endsAtMs }).toEqual(one.after);
});

const dateMs = Date.UTC(2026, 10, 20, 12);
const hourMs = 3_600_000;

/** A site whose journal has lost the correction that came with its first date. Its grants last an hour. */
function crossedSite() {
  let state = emptyState();
  let [seq, boot] = [0, 0];
  const apply = (event: JournalEvent, atMs: number, clock: "synced" | "estimated" | "unknown" = "estimated") => {
    seq += 1;
    applyRecord(state, { seq, atMs: unixMs(atMs), clock, upMs: 0, ...event } as JournalRecord);
  };
  const site = {
    apply,
    start(grantId: string, atMs: number) {
      const grant = { ...(correctedGrants[0] as CorrectedGrant).grant, grantId };
      const period = { startedAtMs: unixMs(atMs), endsAtMs: unixMs(atMs + hourMs) };
      apply({ kind: "grant-started", grant: { ...grant, ...period }, voucher: null }, atMs);
    },
    /** @param stepMs by the clock; null: it knows none */
    boot(atMs: number, stepMs: number | null, clock?: "synced" | "estimated") {
      state = restore(JSON.parse(JSON.stringify(snapshotOf(state)))) as SiteState;
      boot += 1;
      const steps = openingCorrections(state, stepMs);
      apply({ kind: "agent-started", boot, version: "test" }, atMs, clock);
      for (const step of steps) apply({ kind: "clock-corrected", boot, stepMs: step }, atMs, clock);
      return steps;
    },
    startOf: (grantId: string) => state.grants.get(grantId)?.grant.startedAtMs,
    session: (sessionKey: string) => state.sessions.get(sessionKey),
  };
  site.boot(0, null);
  site.start("in 1970", 5000);
  apply({ kind: "alarm", name: "journal-torn", fields: {} }, 9000);
  return site;
}

test("NO-THEFT: what began in 1970 is moved by the next start, where the power cut took its correction and left later records", () => {
  const site = crossedSite();
  site.start("at a date", dateMs);
  expect(site.boot(dateMs, null)).toEqual([dateMs - 9000]);
  expect([site.startOf("in 1970"), site.startOf("at a date")]).toEqual([dateMs - 4000, dateMs]);
  expect(site.boot(dateMs, null)).toEqual([]);
});

test("NO-THEFT: that date was wrong: what began at it moves with the clock as much as what began in 1970", () => {
  const site = crossedSite();
  site.start("at a date", dateMs);
  site.boot(dateMs + 72 * hourMs, 72 * hourMs, "synced");
  const movedMs = dateMs + 72 * hourMs;
  expect([site.startOf("in 1970"), site.startOf("at a date")]).toEqual([movedMs - 4000, movedMs]);
  expect(site.boot(movedMs + hourMs, hourMs, "synced"), "both are settled").toEqual([]);
});

test("NO-GIFT: the correction is lost days later: what began in 1970 moves to where it was, and not to now", () => {
  const site = crossedSite();
  site.apply({ kind: "alarm", name: "journal-torn", fields: {} }, dateMs, "synced");
  site.boot(dateMs + 96 * hourMs, 24 * hourMs, "synced");
  expect(site.startOf("in 1970")).toBe(dateMs - 4000);
});

test("NO-THEFT: a date that is proved before the lost correction is made good settles nothing of 1970, and its step is not lost", () => {
  const site = crossedSite();
  site.apply({ kind: "alarm", name: "journal-torn", fields: {} }, dateMs);
  site.apply({ kind: "clock-corrected", boot: 1, stepMs: 2 * hourMs }, dateMs + 2 * hourMs, "synced");
  expect(site.startOf("in 1970")).toBe(5000);
  expect(site.boot(dateMs + 5 * hourMs, hourMs, "synced")).toEqual([hourMs, dateMs + 2 * hourMs - 9000]);
  expect(site.startOf("in 1970")).toBe(dateMs + 2 * hourMs - 4000);
  expect(site.boot(dateMs + 6 * hourMs, hourMs, "synced")).toEqual([]);
});

test("a late step out of 1970 moves no end of a session that is a date already, and settles sessions that began at one", () => {
  const site = crossedSite();
  const start = (sessionKey: string, atMs: number) => {
    const of = {
      sessionKey,
      sessionId: sessionKey,
      nas: "10.0.0.1",
      user: "u",
      mac: null,
      address: null,
      grantId: null,
    };
    site.apply({ kind: "session-started", ...of, startedAtMs: unixMs(atMs) } as unknown as JournalEvent, atMs);
  };
  start("in 1970", 9000);
  start("at a date", dateMs);
  const counters = { inputBytes: 0, outputBytes: 0, onlineSeconds: 0 };
  const stopped = {
    kind: "session-stopped",
    sessionKey: "in 1970",
    ...counters,
    stoppedAtMs: dateMs + 1,
    cause: "lost",
  };
  site.apply(stopped as unknown as JournalEvent, dateMs + 1);
  site.apply({ kind: "clock-corrected", boot: 1, stepMs: dateMs - 9000 }, dateMs + 2, "synced");
  expect(site.session("in 1970")).toMatchObject({ startedAtMs: dateMs, stoppedAtMs: dateMs + 1 });
  expect(site.session("at a date")).toMatchObject({ startedAtMs: dateMs });
  expect(site.session("at a date")).not.toHaveProperty("unsettled");
});

test("NO-THEFT: a clock that was ahead is put right by a start that has nothing to move: outages of now are credited, and moves of codes age", () => {
  let state = emptyState();
  const aheadMs = 30 * 24 * hourMs;
  const apply = (event: JournalEvent, atMs: number) =>
    applyRecord(state, { seq: 1, atMs: unixMs(atMs), clock: "synced", upMs: 0, ...event } as JournalRecord);
  const shownMs = dateMs + aheadMs;
  apply({ kind: "agent-started", boot: 1, version: "test" }, shownMs);
  for (const [device, replaces] of [["one", null] as const, ["two", "one"] as const])
    apply({ kind: "device-bound", grantId: "g", device, mac: null, replaces }, shownMs + 1);
  apply({ kind: "outage-credited", fromMs: unixMs(shownMs), toMs: unixMs(shownMs + hourMs) }, shownMs + hourMs);

  state = restore(JSON.parse(JSON.stringify(snapshotOf(state)))) as SiteState;
  const nowMs = dateMs + 2 * hourMs;
  const steps = openingCorrections(state, nowMs - (shownMs + hourMs));
  apply({ kind: "agent-started", boot: 2, version: "test" }, nowMs);
  for (const stepMs of steps) apply({ kind: "clock-corrected", boot: 2, stepMs }, nowMs);
  expect(state.creditedToMs).toBeLessThanOrEqual(nowMs);
  expect(state.lastAtMs).toBe(nowMs);
  expect(state.moves.get("g")).toEqual([dateMs + hourMs + 1]);
});

test("NO-THEFT: what stands for lost records does not move the site's clock to the system's", () => {
  const state = emptyState();
  const stamp = { clock: "unknown", upMs: 0 } as const;
  const lost = { kind: "alarm", name: "journal-lost", fields: {} };
  applyRecord(state, { seq: 1, atMs: unixMs(86_400_000), ...stamp, ...lost } as JournalRecord);
  applyRecord(state, { seq: 2, atMs: unixMs(5000), ...stamp, kind: "agent-started", boot: 1, version: "test" });
  expect(state.lastAtMs).toBe(5000);
});
