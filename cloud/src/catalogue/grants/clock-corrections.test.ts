/** What a correction of a site's clock moves of the hub's rows: what it moves at the site, by the same table (`rebase.test.ts` there). */
import type { CorrectedGrant } from "@karibu/protocol/test-clock-corrections";
import { correctedGrants } from "@karibu/protocol/test-clock-corrections";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { lastDateMs, lastEndMs } from "../../ground/agents/last-date.ts";
import { engines, isAbsent, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { createTestIntake } from "../../test-intake.ts";
import { lastCreditedOutage } from "./project-outages.ts";

describe.each(engines.filter((engine) => !isAbsent(engine)))("corrected clocks on %s", (engine) => {
  const world = realWorld();
  const database = useDatabase(engine, world);

  async function makeProvider(providerId: string): Promise<void> {
    await database.current().alone("write", (run) =>
      run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
        created_at_ms, updated_at_ms) values ('${providerId}', 'One', 'active', 'KES', 'en', 180, 1800, 1, 1, 1)`),
    );
  }

  const startOf = ({ shownMs, grant, clock = "estimated" }: CorrectedGrant) => ({
    ...{ kind: "grant-started", atMs: shownMs + 3, clock, upMs: 2 },
    ...{ grant, voucher: null },
  });
  const boot = { kind: "agent-started", atMs: 1, clock: "estimated", upMs: 1, boot: 1, version: "test" };

  /** @param inOne all of it in one frame, or each record by itself */
  async function takeIn(providerId: string, epoch: string, records: readonly object[], inOne: boolean): Promise<void> {
    const intake = createTestIntake(world, database.current());
    const numbered = records.map((record, index) => ({ ...record, seq: index + 1 }));
    for (const part of inOne ? [numbered] : numbered.map((record) => [record]))
      expect(await intake.take(providerId, { siteId: "s1", epoch, records: part })).toMatchObject({ kind: "ack" });
  }

  function recordsOf(one: CorrectedGrant): object[] {
    const { shownMs, outage, stepsMs, restarts, correctedFromMs, isProved } = one;
    let wallMs = outage?.toMs ?? shownMs;
    const clock = isProved ? "synced" : "estimated";
    const corrections = stepsMs.map((stepMs, index) => {
      wallMs = (correctedFromMs?.[index] ?? wallMs) + stepMs;
      return { kind: "clock-corrected", atMs: wallMs, clock, upMs: 4, boot: restarts ? 2 : 1, stepMs };
    });
    const credits =
      outage === undefined
        ? []
        : [{ kind: "outage-credited", atMs: outage.toMs, clock: "estimated", upMs: 3, ...outage }];
    return [boot, startOf(one), ...(restarts ? [{ ...boot, boot: 2 }] : []), ...credits, ...corrections];
  }

  const read = (providerId: string, table: "grant_starts" | "repeated_starts") =>
    database
      .current()
      .asProvider(providerId, (tx) => tx.selectFrom(table).select(["startedAtMs", "endsAtMs"]).execute());

  test.each(correctedGrants)("NO-THEFT, NO-GIFT: $name", async (one) => {
    for (const inOne of [true, false]) {
      const providerId = `${one.grant.grantId}-${inOne}`;
      await makeProvider(providerId);
      await takeIn(providerId, "e1", recordsOf(one), inOne);
      expect(await read(providerId, "grant_starts")).toEqual([one.after]);
    }
  });

  test.each(
    correctedGrants.filter(({ outage, grant, shownMs }) => outage === undefined && grant.startedAtMs === shownMs),
  )("a session of that moment moves with it, as at its site: $name", async (one) => {
    const providerId = `session-${one.grant.grantId}`;
    await makeProvider(providerId);
    const { clock = "estimated", shownMs } = one;
    const session = {
      ...{ kind: "session-started", atMs: shownMs, startedAtMs: shownMs, clock, upMs: 2, sessionKey: "k" },
      ...{ sessionId: "s", nas: "lobby", grantId: null, user: "user", mac: null, address: null },
    };
    const records = recordsOf(one).map((record) => ("grant" in record ? session : record));
    await takeIn(providerId, "e1", records, false);
    const { startedAtMs } = await database
      .current()
      .asProvider(providerId, (tx) => tx.selectFrom("sessions").select("startedAtMs").executeTakeFirstOrThrow());
    expect(startedAtMs).toBe(one.after.startedAtMs);
  });

  test("a session that began under another epoch, and ended under this one, stays where it ended: no site knows its start as its own", async () => {
    const providerId = "of-another-epoch";
    await makeProvider(providerId);
    const endedMs = Date.UTC(2026, 10, 20, 12);
    const facts = {
      sessionKey: "k",
      sessionId: "s",
      nas: "lobby",
      grantId: null,
      user: "user",
      mac: null,
      address: null,
    };
    const startedAtMs = endedMs - 60_000;
    const started = { kind: "session-started", atMs: startedAtMs, startedAtMs, clock: "estimated", upMs: 2, ...facts };
    const total = { inputBytes: 1, outputBytes: 1, onlineSeconds: 60 };
    const stamp = { atMs: endedMs, clock: "synced", upMs: 2 };
    const stopped = {
      kind: "session-stopped",
      ...stamp,
      sessionKey: "k",
      ...total,
      cause: "user-request",
      stoppedAtMs: endedMs,
    };
    const corrected = {
      kind: "clock-corrected",
      atMs: endedMs + 4 * 3_600_000,
      clock: "synced",
      upMs: 4,
      boot: 2,
      stepMs: 3_600_000,
    };
    await takeIn(providerId, "e1", [boot, started], true);
    await takeIn(providerId, "e2", [boot, stopped, { ...boot, boot: 2 }, corrected], true);
    const session = await database
      .current()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("sessions").select(["startedAtMs", "lastUsedAtMs", "stoppedAtMs"]).executeTakeFirstOrThrow(),
      );
    expect(session).toEqual({ startedAtMs, lastUsedAtMs: endedMs, stoppedAtMs: endedMs });
  });

  test.each(correctedGrants.filter(({ outage }) => outage === undefined))(
    "a second use is corrected by the same rule: $name",
    async (one) => {
      const providerId = `again-${one.grant.grantId}`;
      await makeProvider(providerId);
      const first = { ...one, grant: { ...one.grant, startedAtMs: 5000, endsAtMs: 6000 }, shownMs: 5000 };
      await takeIn(providerId, "e1", [boot, startOf(first as never)], true);
      await takeIn(providerId, "e2", recordsOf(one), false);
      expect(await read(providerId, "repeated_starts")).toEqual([one.after]);
      expect(await read(providerId, "grant_starts")).toEqual([{ startedAtMs: 5000, endsAtMs: 6000 }]);
    },
  );

  const hourMs = 3_600_000;
  const [longAgoMs, dayMs] = [Date.UTC(2026, 10, 20, 12), 86_400_000];
  test.each([
    ["by years", longAgoMs, Date.UTC(2040, 1, 1)],
    // The site was cut off meanwhile.
    [
      "by ten days, told after that date",
      realWorld().clock.wall().atMs - 20 * dayMs,
      realWorld().clock.wall().atMs - 10 * dayMs,
    ],
    ["by an hour and a half, into the later outage", longAgoMs, longAgoMs + 1.5 * hourMs],
  ])(
    "NO-THEFT: an outage that an earlier boot's clock, ahead %s, credited stops no later one, as at its site",
    async (how, nowMs, aheadMs) => {
      const providerId = `ahead ${how}`;
      await makeProvider(providerId);
      const { grant } = correctedGrants[0] as CorrectedGrant;
      const credit = (toMs: number) => ({
        ...{ kind: "outage-credited", atMs: toMs, clock: "estimated", upMs: 5 },
        ...{ fromMs: toMs - hourMs, toMs },
      });
      const stepMs = nowMs - aheadMs;
      const corrected = { kind: "clock-corrected", atMs: nowMs, clock: "synced", upMs: 4, boot: 2, stepMs };
      const shown = { ...grant, startedAtMs: nowMs, endsAtMs: nowMs + 3 * hourMs };
      const started = { kind: "grant-started", atMs: nowMs, clock: "synced", upMs: 5, grant: shown, voucher: null };
      const outage = credit(nowMs + 2 * hourMs);
      const isTwice = { ...outage, atMs: outage.atMs + 1 };
      await takeIn(
        providerId,
        "e1",
        [boot, credit(aheadMs), { ...boot, boot: 2 }, corrected, started, outage, isTwice],
        false,
      );
      const startedAtMs = nowMs;
      expect(await read(providerId, "grant_starts")).toEqual([{ startedAtMs, endsAtMs: nowMs + 4 * hourMs }]);
      const last = await database.current().asProvider(providerId, (tx) =>
        sql`select c.from_ms, c.to_ms from (values (${providerId}, 's1')) s (provider_id, site_id)
        cross join lateral ${lastCreditedOutage("s")} c`.execute(tx),
      );
      expect(last.rows).toEqual([{ fromMs: outage.fromMs, toMs: outage.toMs }]);
    },
  );

  test.each([
    ["ahead", lastDateMs - 86_400_000, 3_000_000_000_000],
    ["back", Date.UTC(2026, 10, 20, 12), -3_000_000_000_000],
  ])(
    "a stolen site that corrects its clock %s for ever moves nothing out of the dates that lists can show",
    async (way, atMs, stepMs) => {
      const providerId = `for-ever-${way}`;
      await makeProvider(providerId);
      const { grant } = correctedGrants[0] as CorrectedGrant;
      const stamp = { atMs, clock: "estimated", upMs: 2 };
      const endsAtMs = way === "ahead" ? lastEndMs : atMs + 3_600_000;
      const session = {
        sessionKey: "k",
        sessionId: "s",
        nas: "lobby",
        grantId: null,
        user: "user",
        mac: null,
        address: null,
      };
      const total = { inputBytes: 1, outputBytes: 1, onlineSeconds: 60 };
      const records = [
        { ...boot, atMs },
        { ...stamp, kind: "alarm", name: "told", fields: {} },
        { ...stamp, kind: "session-started", startedAtMs: atMs, ...session },
        { ...stamp, kind: "session-stopped", stoppedAtMs: atMs, sessionKey: "k", ...total, cause: "user-request" },
        { ...stamp, kind: "grant-started", grant: { ...grant, startedAtMs: atMs, endsAtMs }, voucher: null },
        { ...stamp, kind: "outage-credited", fromMs: atMs - 3_600_000, toMs: atMs },
        { ...stamp, kind: "clock-corrected", atMs: Math.max(0, Math.min(atMs + stepMs, lastDateMs)), boot: 1, stepMs },
      ];
      await takeIn(providerId, "e1", records, true);
      const times = await database.current().asProvider(providerId, async (tx) => ({
        alarms: await tx.selectFrom("alarms").select(["atMs"]).execute(),
        sessions: await tx.selectFrom("sessions").select(["startedAtMs", "lastUsedAtMs", "stoppedAtMs"]).execute(),
        starts: await tx.selectFrom("grant_starts").select(["startedAtMs", "endsAtMs"]).execute(),
        outages: await tx.selectFrom("outage_credits").select(["fromMs", "toMs"]).execute(),
      }));
      const edge = way === "ahead" ? lastDateMs : 0;
      const ends = way === "ahead" ? lastEndMs : 0;
      expect(times).toEqual({
        alarms: [{ atMs: edge }],
        sessions: [
          { startedAtMs: edge, lastUsedAtMs: expect.toSatisfy((at) => at === null || at === edge), stoppedAtMs: edge },
        ],
        starts: [{ startedAtMs: edge, endsAtMs: ends }],
        outages: [{ fromMs: edge, toMs: edge }],
      });
    },
  );
});
