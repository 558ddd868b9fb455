import { deviceOfToken } from "@karibu/protocol/device-key";
import { freeGrantId, voucherGrantId } from "@karibu/protocol/grant-id";
import { unlimitedTerms } from "@karibu/protocol/plan";
import type { RecallResult } from "@karibu/protocol/rpc/recall";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { enginesOfThisRun, isAbsent, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { insertProvider } from "../../ground/db/test-rows.ts";
import { createTestIntake } from "../../test-intake.ts";
import { recallHandler } from "./recall-handler.ts";

const world = realWorld();
const place = { providerId: "p1", siteId: "s1" };
/** As `recordBytesMax` of the agent: it journals each page as one record, and a longer one never comes to the hub. */
const recordBytesMax = 128 * 1024;

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("what a site is told on %s", (engine) => {
  const database = useDatabase(engine, world);

  beforeAll(() => database.current().asPlatform("test", (tx) => insertProvider(tx, place.providerId)));

  async function askAll(siteId = place.siteId): Promise<RecallResult[]> {
    const told = recallHandler({ world, database: database.current() });
    const pages: RecallResult[] = [];
    for (let after: string | null = null; ; ) {
      const answer = (await told.answer(
        { ...place, siteId },
        { epoch: "e2", after },
        new AbortController().signal,
      )) as RecallResult;
      pages.push(answer);
      if (answer.next === null) break;
      after = answer.next;
    }
    return pages;
  }

  test("[BEY-28] a site whose customers were online with many devices each is told all of them, in pages that fit a frame and a record", async () => {
    const intake = createTestIntake(world, database.current());
    const stamp = { atMs: world.clock.wall().atMs - 60_000, clock: "synced", upMs: 1 };
    const [grants, devices] = [60, 25];
    const records = Array.from({ length: grants }, (_, number) => {
      const grantId = `g-0190f5a2-7c3e-7b1d-9a4f-${String(number).padStart(12, "0")}`;
      const grant = { grantId, origin: "purchase", planName: "Hotel", revokedAtMs: null, unverified: false };
      const times = { startedAtMs: stamp.atMs, endsAtMs: stamp.atMs + 86_400_000 };
      const started = { kind: "grant-started", grant: { ...grant, ...times, terms: { ...unlimitedTerms, devices } } };
      return [
        { ...started, voucher: null },
        ...Array.from({ length: devices }, (_, at) => {
          const mac = `AA:BB:CC:00:${String(number).padStart(2, "0")}:${String(at).padStart(2, "0")}`;
          const session = {
            sessionKey: `${number}-${at}`,
            sessionId: `8${number}${at}`,
            nas: "hotspot",
            address: null,
          };
          return [
            { kind: "device-bound", grantId, device: `${number}-${at}`.padStart(32, "0"), mac, replaces: null },
            { kind: "session-started", ...session, grantId, user: `t-${mac}`, mac, startedAtMs: stamp.atMs },
          ];
        }).flat(),
      ];
    }).flat();
    const numbered = records.map((record, index) => ({ seq: index + 1, ...stamp, ...record }));
    for (let from = 0; from < numbered.length; from += 500)
      await intake.take(place.providerId, {
        siteId: place.siteId,
        epoch: "e1",
        records: numbered.slice(from, from + 500),
      });

    const pages = await askAll();
    expect(Math.max(...pages.map((page) => JSON.stringify(page).length))).toBeLessThan(recordBytesMax);
    const all = pages.flatMap(({ page }) => page.grants);
    expect(all.map(({ grant }) => grant.grantId)).toEqual([...new Set(all.map(({ grant }) => grant.grantId))]);
    expect(all).toHaveLength(grants);
    for (const { slots, sessions } of all) expect([slots.length, sessions.length]).toEqual([devices, devices]);
  });

  test("[BEY-28] a site that goes on with many packages, and gave many trials, is told them in pages that fit a record", async () => {
    const intake = createTestIntake(world, database.current());
    const nowMs = world.clock.wall().atMs;
    const siteId = "busy";
    const times = (startedAtMs: number) => ({ startedAtMs, endsAtMs: startedAtMs + 86_400_000 });
    const began = (grantId: string, startedAtMs: number, planName: string) => {
      const grant = { grantId, origin: "purchase", planName, revokedAtMs: null, unverified: false };
      const whole = { ...grant, ...times(startedAtMs), terms: { ...unlimitedTerms, devices: 1 } };
      return { kind: "grant-started", atMs: startedAtMs, clock: "synced", upMs: 1, grant: whole, voucher: null };
    };
    const name = (number: number) => String(number).padStart(32, "0");
    const trials = Array.from({ length: 390 }, (_, number) => {
      const device = name(number);
      const grantId = freeGrantId({ what: "trial", planId: `plan-${"x".repeat(31)}`, device });
      const mac = `02:00:00:00:${String(number % 90).padStart(2, "0")}:${String(number % 7).padStart(2, "0")}`;
      const stamp = { atMs: nowMs - 5 * 86_400_000, clock: "synced", upMs: 1 };
      const bound = { kind: "device-bound", ...stamp, grantId, device, mac, replaces: null };
      return [began(grantId, stamp.atMs, "Trial"), bound];
    }).flat();
    const bought = Array.from({ length: 40 }, (_, number) =>
      began(`g-${name(number)}`, nowMs - 60_000, "Ä".repeat(110)),
    );
    const records = [...trials, ...bought].map((record, index) => ({ seq: index + 1, ...record }));
    for (let from = 0; from < records.length; from += 450)
      await intake.take(place.providerId, { siteId, epoch: "e1", records: records.slice(from, from + 450) });
    const pages = await askAll(siteId);
    expect(Math.max(...pages.map(({ page }) => Buffer.byteLength(JSON.stringify(page))))).toBeLessThan(100 * 1024);
    expect(pages.flatMap(({ page }) => page.grants)).toHaveLength(40);
    expect(pages.flatMap(({ page }) => page.ended)).toHaveLength(780);
  });

  test("[BEY-28] what was used of a code since its lease came back is told whole, also where the site's clock is behind the hub's", async () => {
    const intake = createTestIntake(world, database.current());
    const nowMs = world.clock.wall().atMs;
    const siteId = "roams";
    const voucher = { batchId: "b1", serial: 1 };
    const grantId = voucherGrantId(voucher);
    const terms = { ...unlimitedTerms, dataBytes: 10_000, devices: 1 };
    const grant = { grantId, origin: "voucher", planName: "Day", revokedAtMs: null, unverified: false, terms };
    const use = { startedAtMs: nowMs - 7_200_000, endsAtMs: null, usedBytes: 1000, usedSeconds: 60 };
    const session = (sessionKey: string, startedAtMs: number, bytes: number) => [
      {
        ...{ kind: "session-started", sessionKey, sessionId: sessionKey, nas: "hotspot", address: null, mac: null },
        ...{ atMs: startedAtMs, startedAtMs, grantId, user: "code" },
      },
      { kind: "session-used", sessionKey, inputBytes: bytes, outputBytes: 0, onlineSeconds: 60 },
    ];
    // The hub moved the lease back by its own clock, two seconds ahead of the site's.
    const movedAtMs = nowMs - 1_800_000 + 2000;
    await database.current().asPlatform("test", async (tx) => {
      await sql`insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
        select ${place.providerId}, id, id, 60, true, 1, 1 from unnest(array[${siteId}, 'other']) as id`.execute(tx);
      const made = sql`${place.providerId}, 'plan', 'Day', 1000, 'KES'`;
      await sql`insert into plans (provider_id, plan_id, name, price_cents, currency, active, terms, created_at_ms, updated_at_ms)
        values (${made}, true, ${JSON.stringify(terms)}::jsonb, 1, 1)`.execute(tx);
      await sql`insert into voucher_batches (provider_id, plan_id, plan_name, price_cents, currency, batch_id, terms, key_sealed, prefix, length, alphabet,
          quantity, holes, active, created_at_ms, updated_at_ms)
        values (${made}, 'b1', ${JSON.stringify(terms)}::jsonb, '', '', 10, 'digits', 10, '[]', true, 1, 1)`.execute(
        tx,
      );
    });
    const began = { kind: "grant-started", grant: { ...grant, startedAtMs: use.startedAtMs, endsAtMs: null }, voucher };
    const records = [
      began,
      ...session("before", use.startedAtMs, 1000),
      { kind: "lease-released", grantId, use, leaseAtMs: 0 },
    ];
    const stamped = (list: readonly object[], after: number) =>
      list.map((record, index) => ({
        seq: after + index + 1,
        atMs: nowMs - 3_600_000,
        clock: "synced",
        upMs: 1,
        ...record,
      }));
    await intake.take(place.providerId, { siteId, epoch: "e1", records: stamped(records, 0) });
    // To the other site and back: its release is used up (`claim-lease.ts`).
    const held = JSON.stringify({ ...use, usedBytes: 3000 });
    await database.current().asPlatform("test", async (tx) => {
      await sql`insert into voucher_leases (provider_id, batch_id, serial, site_id, from_site_id, moved_at_ms, use)
        values (${place.providerId}, 'b1', 1, ${siteId}, 'other', ${movedAtMs}, ${held}::jsonb)`.execute(tx);
      await tx.deleteFrom("voucher_releases").execute();
    });
    const since = session("since", movedAtMs - 2000, 500);
    await intake.take(place.providerId, { siteId, epoch: "e1", records: stamped(since, records.length) });
    const told = recallHandler({ world, database: database.current() });
    const { page } = (await told.answer(
      { ...place, siteId },
      { epoch: "e2", after: null },
      new AbortController().signal,
    )) as RecallResult;
    expect(page.grants).toMatchObject([
      { grant: { grantId, terms: { dataBytes: 7000 } }, usedBytes: 500, usedSeconds: 60 },
    ]);
  });

  test("[BEY-28] who had a trial has had it after a loss of the site's memory, under another cookie, too", async () => {
    const intake = createTestIntake(world, database.current());
    const nowMs = world.clock.wall().atMs;
    const siteId = "tried";
    const mac = "02:00:00:00:00:01";
    const trialOf = (device: string) => freeGrantId({ what: "trial", planId: "plan-try", device });
    const [device, other] = [deviceOfToken("cookie-1"), deviceOfToken("cookie-2")];
    const stamp = { clock: "synced", upMs: 1 };
    const dayMs = 86_400_000;
    const began = (grantId: string, startedAtMs: number) => {
      const times = { startedAtMs, endsAtMs: startedAtMs + 1_800_000 };
      const grant = { grantId, origin: "voucher", planName: "Half an hour", revokedAtMs: null, unverified: false };
      const terms = { ...unlimitedTerms, validitySeconds: 1800, devices: 1 };
      return {
        ...stamp,
        atMs: startedAtMs,
        kind: "grant-started",
        grant: { ...grant, ...times, terms },
        voucher: null,
      };
    };
    const bound = { ...stamp, atMs: nowMs - 3 * dayMs, kind: "device-bound", mac, replaces: null };
    const records = [
      began(trialOf(device), nowMs - 3 * dayMs),
      { ...bound, grantId: trialOf(device), device },
      began(trialOf(other), nowMs - 200 * dayMs),
    ];
    await intake.take(place.providerId, {
      siteId,
      epoch: "e1",
      records: records.map((record, index) => ({ seq: index + 1, ...record })),
    });
    const told = recallHandler({ world, database: database.current() });
    const asked = { epoch: "e2", after: null };
    const { page } = (await told.answer({ ...place, siteId }, asked, new AbortController().signal)) as RecallResult;
    const ended = [trialOf(device), trialOf(deviceOfToken(mac)), trialOf(other)];
    expect(page.ended.map(({ grantId }) => grantId).sort()).toEqual(ended.sort());
  });

  longTest(
    "[BEY-28] a site with many sellers is told what each of them took, in pages that fit a frame and a record",
    async () => {
      const [sellers, salesOfEach] = [60, 42];
      const intake = createTestIntake(world, database.current());
      const nowMs = world.clock.wall().atMs;
      const terms = { ...unlimitedTerms, devices: 1, validUntilMs: nowMs - 40 * 86_400_000 };
      const grant = { origin: "voucher", planName: "Day", startedAtMs: null, endsAtMs: null, revokedAtMs: null, terms };
      const records = Array.from({ length: sellers * salesOfEach }, (_, number) => ({
        ...{ seq: number + 1, atMs: nowMs - 10_000_000 + number, clock: "synced", upMs: 1, kind: "cash-sale" },
        ...{ saleId: `sale-${number}`, sellerId: sellerOf(number % sellers), planId: null, priceCents: 100 },
        ...{ currency: "KES", code: `${100_000 + number}` },
        grant: { ...grant, grantId: `c.sale-${number}`, unverified: false },
      }));
      for (let from = 0; from < records.length; from += 500) {
        const frame = { siteId: place.siteId, epoch: "e-sales", records: records.slice(from, from + 500) };
        expect(await intake.take(place.providerId, frame)).toMatchObject({ kind: "ack" });
      }
      const pages = await askAll();
      expect(Math.max(...pages.map((page) => JSON.stringify(page).length))).toBeLessThan(recordBytesMax);
      const all = pages.flatMap(({ page }) => page.sellers);
      expect(all.map(({ sellerId }) => sellerId)).toEqual(Array.from({ length: sellers }, (_, at) => sellerOf(at)));
      for (const { soldCents, recent } of all)
        expect([soldCents, recent.length]).toEqual([100 * salesOfEach, salesOfEach]);
    },
  );
});

const sellerOf = (number: number): string => `0190f5a2-7c3e-7b1d-9a4f-${String(number).padStart(12, "0")}`;
