/** A bought grant that is long over leaves its site's feed, and nothing brings it back. */
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { enginesOfThisRun } from "../../ground/db/test-databases.ts";
import { noteApplied } from "../../ground/feed/applied.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { hubSuite } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { planGrantClaim } from "../leases/grant-lease-policy.ts";
import { keepGrantLease } from "./held-grant.ts";
import { createPurchaseGrants } from "./purchase-grant.ts";
import { createVerifyGrants } from "./verify-grants.ts";

const dayMs = 86_400_000;
const hour = { ...unlimitedTerms, validitySeconds: seconds(3600) };
const gigabyte = { ...unlimitedTerms, dataBytes: bytes(1_000_000_000) };

hubSuite("a bought grant that is over", { on: enginesOfThisRun }, (hub) => {
  const nowMs = () => hub.world.clock.wall().atMs;

  async function openSite(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const made = await hub.call("POST", "/api/v1/sites", { token, body: { name: "Harbour" } });
    const { siteId } = made.body.site as { siteId: string };
    const publish = createPublish(hub.world, hub.envelope);
    const grants = createPurchaseGrants({
      world: hub.world,
      parties: hub.hub().parties,
      publish,
      emit: async () => {},
    });
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    let seq = 0;
    const inProvider = <T>(work: Parameters<ReturnType<typeof hub.database>["asProvider"]>[1]) =>
      hub.database().asProvider(providerId, work) as Promise<T>;

    async function buy(purchaseId: string, terms: Terms): Promise<string> {
      const bought = { providerId, purchaseId, siteId, planName: "plan", terms, party: null, code: null };
      await inProvider((tx) => grants.open(tx, bought, true));
      return inProvider(async (tx) => {
        const row = await tx
          .selectFrom("grants")
          .select("grantId")
          .where("purchaseId", "=", purchaseId)
          .executeTakeFirst();
        return row?.grantId ?? "";
      });
    }
    const tell = (event: object, atMs = nowMs(), clock = "synced") =>
      intake.take(providerId, {
        siteId,
        epoch: "e1",
        records: [{ seq: ++seq, clock, upMs: 1, atMs: unixMs(atMs), ...event }],
      });
    const start = (grantId: string, terms: Terms) =>
      tell({
        kind: "grant-started",
        grant: {
          grantId,
          origin: "purchase",
          planName: "plan",
          terms,
          revokedAtMs: null,
          unverified: false,
          startedAtMs: unixMs(nowMs()),
          endsAtMs: terms.validitySeconds === null ? null : unixMs(nowMs() + terms.validitySeconds * 1000),
        },
        voucher: null,
      });
    async function use(grantId: string, usedBytes: number): Promise<void> {
      const sessionKey = `${grantId.slice(-12)}aaaa`;
      const facts = { sessionKey, sessionId: "80100001", nas: "r1", grantId, user: "u", mac: null, address: null };
      const used = { inputBytes: bytes(0), outputBytes: bytes(usedBytes), onlineSeconds: seconds(60) };
      await tell({ kind: "session-started", ...facts, startedAtMs: unixMs(nowMs()) });
      await tell({
        kind: "session-stopped",
        sessionKey,
        ...used,
        cause: "user-request",
        stoppedAtMs: unixMs(nowMs()),
      });
    }
    /** The site has applied all that its feed has. */
    const apply = () =>
      inProvider(async (tx) => {
        const scopes = tx.selectFrom("feed_scopes").select("version").where("scope", "=", `site:${siteId}`);
        const { version } = await scopes.executeTakeFirstOrThrow();
        // As its link tells it: by the agent's name.
        await noteApplied(tx, [{ providerId, siteId, scope: "site", version }], nowMs());
      });
    /** Of the grants that the site is told, in the order in which they were bought. */
    const told = () =>
      inProvider<string[]>(async (tx) => {
        const { rows } = await sql<{ purchaseId: string }>`select g.purchase_id from feed_rows r
            join grants g on g.provider_id = r.provider_id and g.grant_id = r.key
            where r.scope = ${`site:${siteId}`} and r.kind = 'grant' and r.body is not null order by g.purchase_id`.execute(
          tx,
        );
        return rows.map(({ purchaseId }) => purchaseId);
      });
    const run = () => hub.hub().maintenance.runDue();
    return { providerId, siteId, grants, inProvider, buy, tell, start, use, apply, told, run };
  }

  test("[BEY-21] a paused one stays, and its pause with it, however long: its time is given back when it goes on", async () => {
    const { providerId, siteId, inProvider, buy, tell, start, apply, told, run } = await openSite("Paused");
    const paused = await buy("1-paused", hour);
    await start(paused, hour);
    await start(await buy("2-not", hour), hour);
    await inProvider((tx) =>
      tx
        .insertInto("grant_changes")
        .values({
          ...{
            providerId,
            siteId,
            grantId: paused,
            seconds: 0,
            useSeconds: 0,
            dataBytes: 0,
          },
          downKbps: null,
          upKbps: null,
          devices: null,
          changedAtMs: nowMs(),
          pausedAtMs: nowMs() + 60_000,
          pausedReason: "The mast is being moved",
        })
        .execute(),
    );
    await apply();
    hub.moveClock(70 * dayMs);
    await tell({ kind: "alarm", name: "x", fields: {} });
    await run();
    expect(await told()).toEqual(["1-paused"]);
    expect(await inProvider((tx) => tx.selectFrom("grant_changes").select("grantId").execute())).toHaveLength(1);
  });

  test("[BEY-13] leaves the feed 30 days after its reported end, and never before the site has told everything of that time", async () => {
    const { providerId, grants, inProvider, buy, tell, start, use, apply, told, run } = await openSite("Over");
    const until = { ...hour, validUntilMs: unixMs(nowMs() + dayMs) };
    const year = { ...hour, validitySeconds: seconds(365 * 86_400) };
    await start(await buy("1-ended", hour), hour);
    const yearId = await buy("2-year", year);
    await start(yearId, year);
    await buy("3-unused", hour);
    await buy("4-unused-until", until);
    await buy("5-refunded-unused", hour);
    await start(await buy("6-refunded-begun", year), year);
    const [usedUp, leftOver] = [await buy("7-used-up", gigabyte), await buy("8-left-over", gigabyte)];
    await start(usedUp, gigabyte);
    await start(leftOver, gigabyte);
    await use(usedUp, 1_000_000_000);
    await use(leftOver, 999_999_999);
    const night = { days: [1], fromMinute: 0, toMinute: 300, isFree: true };
    const freeAtNight = { ...gigabyte, hours: { utcOffsetMinutes: 180, windows: [night] } };
    const usedUpByDay = await buy("9-used-up-but-at-night", freeAtNight);
    await start(usedUpByDay, freeAtNight);
    await use(usedUpByDay, 1_000_000_000);
    for (const purchaseId of ["5-refunded-unused", "6-refunded-begun"])
      await inProvider((tx) => grants.revoke(tx, providerId, purchaseId));
    await apply();
    const everything = await told();
    expect(everything).toHaveLength(9);
    hub.moveClock(31 * dayMs + 2 * 3_600_000);
    await run();
    expect(await told(), "the site has told nothing since").toEqual(everything);
    hub.moveClock(dayMs);
    await tell({ kind: "alarm", name: "x", fields: {} }, unixMs(nowMs() + 40 * dayMs), "estimated");
    await run();
    expect(await told(), "its clock is not synced").toEqual(everything);
    hub.moveClock(dayMs);
    await tell({ kind: "alarm", name: "x", fields: {} });
    await inProvider((tx) => sql`update feed_applied set version = 0`.execute(tx));
    await run();
    expect(await told(), "the site has not applied the rows").toEqual(everything);
    await apply();
    hub.moveClock(dayMs);
    await run();
    const kept = ["2-year", "3-unused", "6-refunded-begun", "8-left-over", "9-used-up-but-at-night"];
    expect(await told()).toEqual(kept);
    // Nothing that comes later brings one back: the site would take it for a grant that nobody has used.
    const bought = ["2-year", "7-used-up"].map((purchaseId) => ({ providerId, purchaseId }));
    const verify = createVerifyGrants({ parties: hub.hub().parties });
    const verified = await inProvider<Awaited<ReturnType<typeof verify>>>((tx) => verify(tx, bought));
    const published = verified.map(({ grantId, published }) => [grantId, published !== null]);
    expect(Object.fromEntries(published), "those of many payments at once, too").toEqual({
      [yearId]: true,
      [usedUp]: false,
    });
    await inProvider((tx) => grants.verify(tx, providerId, "1-ended"));
    await inProvider((tx) => grants.revoke(tx, providerId, "1-ended"));
    await inProvider((tx) => grants.giveCode(tx, { providerId, purchaseId: "7-used-up", code: "4821993015" }));
    expect(await told()).toEqual(kept);
    hub.moveClock(334 * dayMs + 30 * dayMs);
    await tell({ kind: "alarm", name: "x", fields: {} });
    await apply();
    await run();
    expect(await told()).toEqual(["3-unused", "8-left-over", "9-used-up-but-at-night"]);
  });

  test("[BEY-04] the rest of a grant that came back from another site goes by its own name, and its former start keeps nothing", async () => {
    const { siteId, providerId, grants, inProvider, buy, start, tell, apply, run } = await openSite("Moved");
    const grantId = await buy("1", hour);
    await start(grantId, hour);
    const [startedAtMs, leaseId] = [nowMs(), `${grantId}.2`];
    await inProvider((tx) =>
      keepGrantLease(tx, {
        providerId,
        grantId,
        leaseId,
        number: 2,
        siteId,
        fromSiteId: "other",
        movedAtMs: startedAtMs,
        terms: hour,
        retiredAtMs: null,
        startedAtMs,
        endsAtMs: startedAtMs + 3_600_000,
      }),
    );
    await inProvider((tx) => grants.verify(tx, providerId, "1"));
    const row = () =>
      inProvider<boolean | undefined>(async (tx) => {
        const { rows } = await sql<{ isTold: boolean }>`select body is not null as is_told from feed_rows
            where kind = 'grant' and key = ${leaseId}`.execute(tx);
        return rows[0]?.isTold;
      });
    expect(await row()).toBe(true);
    hub.moveClock(32 * dayMs);
    await tell({ kind: "alarm", name: "x", fields: {} });
    await apply();
    await run();
    expect(await row()).toBe(false);
    await inProvider((tx) => grants.revoke(tx, providerId, "1"));
    expect(await row()).toBe(false);
  });

  test("[BEY-13] a backlog of years goes in slices", async () => {
    const { providerId, siteId, tell, start, buy, apply, told, run, inProvider } = await openSite("Backlog");
    const first = await buy("0000", hour);
    await start(first, hour);
    await inProvider(async (tx) => {
      await sql`insert into grants (provider_id, grant_id, site_id, purchase_id, origin, plan_name, terms, unverified, created_at_ms)
          select provider_id, 'g' || n, site_id, lpad(n::text, 4, '0'), origin, plan_name, terms, false, created_at_ms
          from grants, generate_series(1, 700) n where grant_id = ${first}`.execute(tx);
      await sql`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          select provider_id, 'g' || n, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq + n, received_at_ms
          from grant_starts, generate_series(1, 700) n where grant_id = ${first}`.execute(tx);
      await sql`insert into feed_rows (provider_id, scope, kind, key, version, body, changed_at_ms)
          select provider_id, scope, kind, 'g' || n, version, body, changed_at_ms
          from feed_rows, generate_series(1, 700) n where key = ${first}`.execute(tx);
    });
    expect((await told()).length).toBe(701);
    hub.moveClock(32 * dayMs);
    await tell({ kind: "alarm", name: "x", fields: {} });
    await apply();
    await run();
    expect(await told()).toEqual([]);
    const { rows } = await inProvider<{ rows: { version: number }[] }>((tx) =>
      sql`select version from feed_scopes where provider_id = ${providerId} and scope = ${`site:${siteId}`}`.execute(
        tx,
      ),
    );
    expect(Number(rows[0]?.version)).toBeGreaterThan(701);
  });
});

test("a grant that is so long over is no other site's to claim, and gives no bridge", () => {
  const facts = {
    homeSiteId: "home",
    holderSiteId: "home",
    isOver: true,
    released: null,
    roamingSiteIds: ["home", "other"],
  };
  expect(planGrantClaim(facts, "other")).toEqual({ kind: "unknown" });
  expect(planGrantClaim(facts, "home")).toEqual({ kind: "unknown" });
});
