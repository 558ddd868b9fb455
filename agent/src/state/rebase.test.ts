/** What a correction of the clock moves. The hub's rows are held to the same table (`clock-corrections.test.ts` there). */
import type { JournalEvent, JournalRecord } from "@karibu/protocol/journal/record";
import { unixMs } from "@karibu/protocol/quantities";
import { type CorrectedGrant, correctedGrants } from "@karibu/protocol/test-clock-corrections";
import { expect, test } from "vitest";
import { applyRecord } from "./apply-record.ts";
import { emptyState, type SiteState } from "./site-state.ts";
import { restore, snapshotOf } from "./state-snapshot.ts";

/** @param between what happens to the state before each step: a restart, or nothing */
function fold(
  { shownMs, grant, outage, clock = "estimated", restarts = false, correctedFromMs, stepsMs }: CorrectedGrant,
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
  let wallMs = correctedFromMs ?? outage?.toMs ?? shownMs;
  for (const stepMs of stepsMs) {
    state = between(state);
    wallMs += stepMs;
    apply({ kind: "clock-corrected", boot: restarts ? 2 : 1, stepMs }, wallMs);
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

test("NO-THEFT: what began in 1970 waits for its correction, where the power cut took that record and left later ones", () => {
  const dateMs = Date.UTC(2026, 10, 20, 12);
  let seq = 0;
  const apply = (state: SiteState, event: JournalEvent, atMs: number) =>
    applyRecord(state, { seq: ++seq, atMs, clock: "estimated", upMs: 0, ...event } as JournalRecord);
  const start = (state: SiteState, grantId: string, atMs: number) => {
    const grant = { ...(correctedGrants[0] as CorrectedGrant).grant, grantId };
    const period = { startedAtMs: unixMs(atMs), endsAtMs: unixMs(atMs + 1000) };
    apply(state, { kind: "grant-started", grant: { ...grant, ...period }, voucher: null }, atMs);
  };
  const first = emptyState();
  apply(first, { kind: "agent-started", boot: 1, version: "test" }, 0);
  start(first, "in 1970", 5000);
  apply(first, { kind: "agent-started", boot: 1, version: "test" }, 9000);
  expect(first.unmovedAtMs).toBe(null);
  apply(first, { kind: "alarm", name: "journal-torn", fields: {} }, dateMs);
  start(first, "at a date", dateMs);
  expect(first.unmovedAtMs).toBe(9000);
  const again = restore(JSON.parse(JSON.stringify(snapshotOf(first)))) as SiteState;
  apply(again, { kind: "agent-started", boot: 2, version: "test" }, dateMs);
  expect(again.unmovedAtMs).toBe(9000);
  apply(again, { kind: "clock-corrected", boot: 2, stepMs: dateMs - 9000 }, dateMs);
  expect(again.unmovedAtMs).toBe(null);
  const startOf = (grantId: string) => again.grants.get(grantId)?.grant.startedAtMs;
  expect([startOf("in 1970"), startOf("at a date")]).toEqual([dateMs - 4000, dateMs]);
});

test("NO-THEFT: what stands for lost records does not move the site's clock to the system's", () => {
  const state = emptyState();
  const stamp = { clock: "unknown", upMs: 0 } as const;
  const lost = { kind: "alarm", name: "journal-lost", fields: {} };
  applyRecord(state, { seq: 1, atMs: unixMs(86_400_000), ...stamp, ...lost } as JournalRecord);
  applyRecord(state, { seq: 2, atMs: unixMs(5000), ...stamp, kind: "agent-started", boot: 1, version: "test" });
  expect(state.lastAtMs).toBe(5000);
});
