/** Staff change grants while they run: what the hub keeps, tells the site and refuses. */

import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { json } from "../../ground/db/json.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { useLosingDatabase } from "../../ground/http/test-losing-database.ts";
import { useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { grantsPerGiftMax } from "./gift-routes.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;

engineSuite("grants that staff change", (engine) => {
  const database = useLosingDatabase(engine);
  const hub = useHub(engine, { database });
  const nowMs = () => hub.world.clock.wall().atMs;

  async function openSite(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const made = await hub.call("POST", "/api/v1/sites", { token, body: { name: "Harbour" } });
    const { siteId } = made.body.site as { siteId: string };
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const inProvider = <T>(work: Parameters<ReturnType<typeof hub.database>["asProvider"]>[1]) =>
      hub.database().asProvider(providerId, work) as Promise<T>;
    let seq = 0;
    const stamp = () => ({ seq: ++seq, clock: "synced", upMs: 1, atMs: unixMs(nowMs()) });
    const started = (
      grantId: string,
      given?: number,
      {
        laterMs = 0,
        validUntilMs,
        hours = 1,
      }: { readonly laterMs?: number; readonly validUntilMs?: number | undefined; readonly hours?: number } = {},
    ) => {
      const startedAtMs = unixMs(nowMs() + laterMs);
      const grant = {
        grantId,
        origin: "voucher",
        planName: "hour",
        revokedAtMs: null,
        unverified: false,
        terms: {
          ...unlimitedTerms,
          validitySeconds: seconds(hours * 3600),
          ...(validUntilMs === undefined ? {} : { validUntilMs: unixMs(validUntilMs) }),
        },
        startedAtMs,
        endsAtMs: unixMs(
          Math.min(startedAtMs + hours * hourMs + (given ?? 0) * 1000, validUntilMs ?? Number.MAX_SAFE_INTEGER),
        ),
        ...(given === undefined ? {} : { given: { seconds: seconds(given), useSeconds: 0, dataBytes: 0 } }),
      };
      return { ...stamp(), kind: "grant-started", grant, voucher: null };
    };
    const outage = (fromMs: number, toMs: number, more: { readonly onGift?: readonly string[] } = {}) => ({
      ...stamp(),
      ...{ kind: "outage-credited", fromMs, toMs },
      ...more,
    });
    const refused = (grantId: string) => ({ ...stamp(), kind: "start-refused", grantId });
    const take = (...records: Record<string, unknown>[]) => intake.take(providerId, { siteId, epoch: "e1", records });
    const begin = (grantId: string, given?: number) => take(started(grantId, given));
    let key = 0;
    const call = (method: "GET" | "POST", path: string, body?: object) =>
      hub.call(method, `/api/v1${path}`, {
        token,
        ...(method === "POST" ? { headers: { "Idempotency-Key": `${name}-change-${key++}` } } : {}),
        ...(body === undefined ? {} : { body }),
      });
    const change = (grantId: string, what: "give" | "pause" | "resume", body: object) =>
      call("POST", `/sites/${siteId}/grants/${grantId}/${what}`, { reason: "Power cut", ...body });
    const told = async (grantId: string) =>
      inProvider<Record<string, unknown> | undefined>(async (tx) => {
        const row = await tx
          .selectFrom("feed_rows")
          .select("body")
          .where("kind", "=", "grant-change")
          .where("key", "=", grantId)
          .executeTakeFirst();
        return row?.body;
      });
    const endOf = async (grantId: string) => (await call("GET", `/grants/${grantId}`)).body.endsAtMs as number;
    return {
      token,
      providerId,
      siteId,
      begin,
      started,
      outage,
      refused,
      take,
      call,
      change,
      told,
      endOf,
      inProvider,
    };
  }

  test("[BEY-21] more time, data and another speed: the sum goes to the site, the end moves, and who did it why stays", async () => {
    const { begin, change, told, endOf, call, siteId } = await openSite("Alpha");
    await begin("v.b.1");
    const endMs = await endOf("v.b.1");
    expect((await change("v.b.1", "give", { seconds: 6 * 3600 })).status).toBe(200);
    const second = await change("v.b.1", "give", { seconds: 3600, dataBytes: 10 ** 9, downKbps: 5000 });
    expect(second.body).toMatchObject({ seconds: 7 * 3600, dataBytes: 10 ** 9, downKbps: 5000, upKbps: null });
    expect(await told("v.b.1")).toEqual({
      grantId: "v.b.1",
      seconds: 7 * 3600,
      useSeconds: 0,
      dataBytes: 10 ** 9,
      downKbps: 5000,
      changedAtMs: expect.any(Number),
    });
    expect(await endOf("v.b.1")).toBe(endMs + 7 * hourMs);
    const { log } = (await call("GET", `/sites/${siteId}/grants/v.b.1/changes`)).body;
    expect(log).toMatchObject([
      { kind: "given", what: { seconds: 3600, dataBytes: 10 ** 9, downKbps: 5000 }, reason: "Power cut" },
      { kind: "given", what: { seconds: 6 * 3600 } },
    ]);
    expect(log[0].changedBy).not.toBeNull();
    const audit = (await call("GET", "/audit?limit=5")).body.items as { action: string }[];
    expect(JSON.stringify(audit)).toContain("/give");
  });

  test("[BEY-21] time that was given before the hub heard of the first use counts once, whether the site knew of it or not", async () => {
    const { begin, call, change, endOf, inProvider, providerId, siteId } = await openSite("Bravo");
    for (const grantId of ["g1", "g2"])
      await inProvider((tx) =>
        tx
          .insertInto("grants")
          .values({
            providerId,
            grantId,
            siteId,
            purchaseId: `i-${grantId}`,
            origin: "purchase" as const,
            planName: "hour",
            terms: JSON.stringify(unlimitedTerms) as never,
            phoneHash: null,
            unverified: false,
            createdAtMs: nowMs(),
            revokedAtMs: null,
            renewsGrantId: null,
            code: null,
          })
          .execute(),
      );
    for (const grantId of ["g1", "g2"]) expect((await change(grantId, "give", { seconds: 600 })).status).toBe(200);
    await begin("g1", 600);
    await begin("g2");
    for (const grantId of ["g1", "g2"]) {
      const { startedAtMs } = (await call("GET", `/grants/${grantId}`)).body;
      expect((await endOf(grantId)) - startedAtMs).toBe(hourMs + 600_000);
    }
  });

  test("a first use that the disk refused is taken back, in one batch or two; the next one is the first, and what staff gave stays on top", async () => {
    const { started, refused, take, call, change, endOf } = await openSite("Again");
    await take(started("v.b.1"));
    expect((await change("v.b.1", "give", { seconds: 600 })).status).toBe(200);
    await take(refused("v.b.1"), started("v.b.1", undefined, { laterMs: 1_800_000 }));
    const startMs = (await call("GET", "/grants/v.b.1")).body.startedAtMs as number;
    expect(startMs).toBeGreaterThan(nowMs() + 1_000_000);
    expect(await endOf("v.b.1")).toBe(startMs + hourMs + 600_000);
    await take(started("v.b.1", undefined, { laterMs: 3_600_000 }));
    expect(await endOf("v.b.1"), "a repeated record moves nothing").toBe(startMs + hourMs + 600_000);
    await take(started("v.b.2"), refused("v.b.2"), started("v.b.2", undefined, { laterMs: 60_000 }), refused("v.b.2"));
    expect((await call("GET", "/grants/v.b.2")).status).toBe(404);
  });

  test("a first use that follows a refused one ends no later than the plan's date", async () => {
    const { started, refused, take, endOf } = await openSite("Until");
    const validUntilMs = nowMs() + hourMs + 600_000;
    await take(started("v.b.1", undefined, { validUntilMs }));
    await take(refused("v.b.1"), started("v.b.1", undefined, { validUntilMs, laterMs: 1_800_000 }));
    expect(await endOf("v.b.1")).toBe(validUntilMs);
  });

  test("[BEY-21] a pause stops the calendar: what passes meanwhile is given back", async () => {
    const { started, take, change, told, endOf, call, inProvider } = await openSite("Charlie");
    await take(started("v.b.1", undefined, { laterMs: -3 * hourMs, hours: 6 }));
    const endMs = await endOf("v.b.1");
    expect((await change("v.b.1", "pause", {})).status).toBe(200);
    expect(await told("v.b.1")).toMatchObject({ paused: { reason: "Power cut" }, seconds: 0 });
    expect((await call("GET", "/grants/v.b.1")).body.pausedAtMs).not.toBeNull();
    expect((await change("v.b.1", "pause", {})).body.code).toBe("grant-paused");
    // Two hours pass.
    await inProvider((tx) =>
      tx
        .updateTable("grant_changes")
        .set((row) => ({ pausedAtMs: row("pausedAtMs", "-", 2 * hourMs) }))
        .execute(),
    );
    const resumed = await change("v.b.1", "resume", {});
    expect(resumed.body).toMatchObject({ pausedAtMs: null });
    expect(Math.abs(resumed.body.seconds - 7200)).toBeLessThanOrEqual(10);
    expect(await told("v.b.1")).not.toHaveProperty("paused");
    expect(await endOf("v.b.1")).toBe(endMs + resumed.body.seconds * 1000);
    expect((await change("v.b.1", "resume", {})).body.code).toBe("grant-not-paused");
  });

  test("[BEY-21] [BEY-04] a code that comes back from another site with more time ends as its site says, and a pause gives back what it takes of that", async () => {
    const { started, outage, take, change, endOf } = await openSite("Returned");
    const atMs = nowMs();
    const minutes = async () => Math.round(((await endOf("v.b.1")) - atMs) / (minuteMs / 10)) / 10;
    // Sold for four minutes. It went away, was given three more there, and comes back; all in one batch, as from a site that was away.
    const first = started("v.b.1", undefined, { laterMs: -3 * minuteMs, hours: 4 / 60 });
    const back = (afterMinutes: number) => {
      const endsAtMs = unixMs(first.grant.startedAtMs + afterMinutes * minuteMs);
      return { ...started("v.b.1"), grant: { ...first.grant, endsAtMs } };
    };
    await take(first, back(7));
    expect(await minutes()).toBe(4);
    await take(outage(atMs - minuteMs, atMs));
    expect(await minutes()).toBe(5);
    // It goes and comes once more: what was credited here went along.
    await take(back(9));
    expect(await minutes()).toBe(6);
    hub.moveClock(2 * minuteMs);
    expect((await change("v.b.1", "pause", {})).status).toBe(200);
    hub.moveClock(minuteMs);
    expect(Math.round((await change("v.b.1", "resume", {})).body.seconds / 10)).toBe(6);
    expect(await minutes()).toBe(7);
  });

  test("[BEY-14] [BEY-04] an outage of a site that had let go of a code makes it end later nowhere", async () => {
    const { token, providerId, siteId, started, outage, take, inProvider } = await openSite("Let go");
    const post = async (path: string, body: object) => (await hub.call("POST", `/api/v1${path}`, { token, body })).body;
    const other = (await post("/sites", { name: "Market" })).site.siteId as string;
    const { planId } = await post("/plans", { name: "Hour", priceCents: 2000, terms: {} });
    const { batchId } = await post("/vouchers/batches", { planId, siteId, quantity: 2 });
    const ids = [0, 1].map((serial) => `v.${batchId}.${serial}`);
    const atMs = nowMs();
    await take(...ids.map((id) => started(id)));
    const use = json({ startedAtMs: null, endsAtMs: null, usedBytes: bytes(0), usedSeconds: seconds(0) });
    await inProvider((tx) =>
      tx
        .insertInto("voucher_leases")
        .values({
          providerId,
          batchId,
          serial: 0,
          siteId: other,
          fromSiteId: siteId,
          movedAtMs: atMs + 2 * minuteMs,
          use,
        })
        .execute(),
    );
    const minutes = async () => {
      const rows = await inProvider<{ endsAtMs: number | null }[]>((tx) =>
        tx.selectFrom("grant_starts").select("endsAtMs").where("grantId", "in", ids).orderBy("grantId").execute(),
      );
      return rows.map(({ endsAtMs }) => Math.round(((endsAtMs ?? 0) - atMs) / minuteMs));
    };
    // What it held until then was credited.
    await take(outage(atMs + 10, atMs + minuteMs));
    hub.moveClock(10 * minuteMs);
    await take(outage(atMs + 2 * minuteMs, atMs + 8 * minuteMs));
    expect(await minutes()).toEqual([61, 67]);
  });

  test("[BEY-21] a pause that ends at once gives nothing back, and is read like any other", async () => {
    const { begin, change, call, siteId } = await openSite("Brief");
    await begin("v.b.1");
    await change("v.b.1", "pause", {});
    expect((await change("v.b.1", "resume", {})).body).toMatchObject({ pausedAtMs: null, seconds: 0 });
    expect((await call("GET", `/sites/${siteId}/grants/v.b.1/changes`)).body.log).toHaveLength(2);
  });

  test("[BEY-21] [VOU-11] what staff paused is listed as paused when its end has passed, because its time stands still; what was over before has ended", async () => {
    const { started, take, change, call, siteId } = await openSite("Still");
    const plan = { name: "Hour", priceCents: 1000, terms: { validitySeconds: 3600 } };
    const { planId } = (await call("POST", "/plans", plan)).body;
    const { batchId } = (await call("POST", "/vouchers/batches", { planId, quantity: 3, siteId })).body;
    const records = [-50, -55, -120].map((minutes, serial) => ({
      ...started(`v.${batchId}.${serial}`, undefined, { laterMs: minutes * minuteMs }),
      voucher: { batchId, serial },
    }));
    await take(...records);
    for (const serial of [0, 2]) await change(`v.${batchId}.${serial}`, "pause", {});
    const serials = async (path: string) =>
      ((await call("GET", path)).body.items as { grantId: string }[]).map(({ grantId }) => grantId.at(-1)).sort();
    const states = async () => ({
      paused: await serials("/grants?state=paused"),
      running: await serials("/grants?state=running"),
      ended: await serials("/grants?state=ended"),
      expired: await serials(`/vouchers?batchId=${batchId}&state=expired`),
      used: await serials(`/vouchers?batchId=${batchId}&state=used`),
    });
    expect(await states()).toEqual({
      ...{ paused: ["0"], running: ["1"], ended: ["2"] },
      ...{ expired: ["2"], used: ["0", "1"] },
    });
    hub.moveClock(11 * minuteMs);
    expect(await states()).toEqual({
      ...{ paused: ["0"], running: [], ended: ["1", "2"] },
      ...{ expired: ["1", "2"], used: ["0"] },
    });
    const stateOf = async (serial: number) => (await call("GET", `/grants/v.${batchId}.${serial}`)).body.state;
    expect([await stateOf(0), await stateOf(1), await stateOf(2)]).toEqual(["paused", "ended", "ended"]);
    await change(`v.${batchId}.0`, "resume", {});
    expect(await stateOf(0)).toBe("running");
  });

  test("[BEY-21] what a silent site begins while it is paused gets back what passed since it began, and no more", async () => {
    const { started, take, change, endOf, call, inProvider, providerId, siteId } = await openSite("Silent");
    const row = { providerId, siteId, grantId: "v.b.1" };
    await take(started("v.b.1", undefined, { laterMs: -hourMs / 2 }));
    const endMs = await endOf("v.b.1");
    // Staff paused it five hours ago, when nobody had begun it.
    await inProvider((tx) =>
      tx
        .insertInto("grant_changes")
        .values({ ...row, pausedAtMs: nowMs() - 5 * hourMs, pausedReason: "Lost", changedAtMs: nowMs() })
        .execute(),
    );
    const resumed = await change("v.b.1", "resume", {});
    expect(Math.abs(resumed.body.seconds - 1800)).toBeLessThanOrEqual(10);
    expect(await endOf("v.b.1")).toBe(endMs + resumed.body.seconds * 1000);
    expect((await call("GET", "/grants/v.b.1")).body.pausedAtMs).toBeNull();
  });

  test.each([
    ["no date of the plan", undefined, 2, 9],
    ["the plan's date ended it before the outage's credit", 2, 4, 6],
    ["the plan's date cut off a part of the outage's credit", 6, 3, 9],
  ])("[BEY-21] [BEY-14] an outage within a pause is given back once: %s", async (_, dateHours, more, endHours) => {
    const { started, outage, take, change, endOf, inProvider } = await openSite(`Golf${more}`);
    const atMs = nowMs();
    const validUntilMs = dateHours === undefined ? undefined : atMs + dateHours * hourMs;
    await take(started("v.b.1", undefined, { laterMs: -5 * hourMs, hours: 10, validUntilMs }));
    expect((await change("v.b.1", "pause", {})).status).toBe(200);
    // It began four hours ago.
    await inProvider((tx) =>
      tx
        .updateTable("grant_changes")
        .set((row) => ({ pausedAtMs: row("pausedAtMs", "-", 4 * hourMs) }))
        .execute(),
    );
    await take(outage(atMs - 3 * hourMs, atMs - hourMs));
    const resumed = await change("v.b.1", "resume", {});
    expect(Math.abs(resumed.body.seconds - more * 3600)).toBeLessThanOrEqual(10);
    expect(Math.abs((await endOf("v.b.1")) - (atMs + endHours * hourMs))).toBeLessThanOrEqual(10_000);
  });

  // Sold for ten minutes, and paused from the second to the fourth.
  test.each([
    ["the outage lies within the pause", [2.5, 3.5], undefined, 12, 1],
    ["the pause lies within the outage", [1, 5], undefined, 14, 2],
    ["the outage began before the pause", [1, 3], undefined, 13, 1],
    ["the outage ended after the pause", [3, 5], undefined, 13, 1],
    ["the outage was over before the pause", [0.5, 1.5], undefined, 13, 0],
    ["the plan's date cuts off what is given twice", [3, 5], 11, 13, 0],
  ] as const)(
    "[BEY-21] [BEY-14] an outage within a pause is given back once, also where its site tells of it when the pause is over: %s",
    async (_, [from, to], dateMinutes, endMinutes, twiceMinutes) => {
      const { started, outage, take, change, told, endOf, call, siteId } = await openSite(
        `Kilo-${from}-${dateMinutes ?? to}`,
      );
      const beganMs = nowMs();
      const until = (minute: number) => hub.moveClock(beganMs + minute * minuteMs - nowMs());
      const validUntilMs = dateMinutes === undefined ? undefined : beganMs + dateMinutes * minuteMs;
      await take(started("v.b.1", undefined, { hours: 10 / 60, validUntilMs }));
      until(2);
      expect((await change("v.b.1", "pause", {})).status).toBe(200);
      until(4);
      expect((await change("v.b.1", "resume", {})).status).toBe(200);
      until(6);
      await take(outage(beganMs + from * minuteMs, beganMs + to * minuteMs));
      const minutes = (ms: number) => Math.round((10 * ms) / minuteMs) / 10;
      expect(minutes((await endOf("v.b.1")) - beganMs)).toBe(endMinutes);
      const { log, seconds: given } = (await call("GET", `/sites/${siteId}/grants/v.b.1/changes`)).body;
      expect(minutes(1000 * given)).toBe(2 - twiceMinutes);
      expect((await told("v.b.1"))?.seconds).toBe(given);
      const taken = (log as { kind: string; what: { seconds: number } }[]).filter(({ kind }) => kind === "taken-off");
      expect(taken.map(({ what }) => minutes(1000 * what.seconds))).toEqual(twiceMinutes === 0 ? [] : [twiceMinutes]);
    },
  );

  test("[BEY-21] [BEY-14] an outage is credited to what ran on time that staff gave as its site says: what it had not heard of did not run there", async () => {
    const { started, outage, take, change, endOf } = await openSite("Hotel");
    const atMs = nowMs();
    // Sold until two hours ago, given until in two hours; the last one is sold until then.
    for (const grantId of ["v.b.1", "v.b.2"]) {
      await take(started(grantId, undefined, { laterMs: -3 * hourMs }));
      expect((await change(grantId, "give", { seconds: 4 * 3600 })).status).toBe(200);
    }
    await take(started("v.b.3", undefined, { laterMs: -3 * hourMs, hours: 5 }));
    const ends = async () =>
      (await Promise.all(["v.b.1", "v.b.2", "v.b.3"].map(endOf))).map((end) => Math.round((end - atMs) / 60_000));
    await take(outage(atMs - 90 * 60_000, atMs - 60 * 60_000, { onGift: ["v.b.1"] }));
    expect(await ends()).toEqual([150, 120, 150]);
    // An agent of before says nothing of gifts.
    await take(outage(atMs - 40 * 60_000, atMs - 20 * 60_000));
    expect(await ends()).toEqual([170, 140, 170]);
  });

  test("[BEY-21] what was taken back, is long over or is nowhere gets nothing, and the sum has a limit", async () => {
    const { begin, change, inProvider, providerId, siteId } = await openSite("Delta");
    expect((await change("v.b.9", "give", { seconds: 600 })).status).toBe(404);
    await begin("v.b.1");
    for (let year = 0; year < 2; year++)
      expect((await change("v.b.1", "give", { seconds: 365 * 86_400 })).status).toBe(200);
    expect((await change("v.b.1", "give", { seconds: 365 * 86_400 })).body.code).toBe("gift-too-large");
    await begin("v.b.2");
    await inProvider((tx) =>
      tx
        .updateTable("grant_starts")
        .set({ endsAtMs: nowMs() - 31 * 24 * hourMs })
        .where("grantId", "=", "v.b.2")
        .execute(),
    );
    expect((await change("v.b.2", "give", { seconds: 600 })).body.code).toBe("grant-over");
    // What was paused before that stands still.
    await inProvider((tx) =>
      tx
        .insertInto("grant_changes")
        .values({
          ...{ providerId, siteId, grantId: "v.b.2", pausedReason: "Lost", changedAtMs: 1 },
          pausedAtMs: nowMs() - 32 * 24 * hourMs,
        })
        .execute(),
    );
    expect((await change("v.b.2", "give", { seconds: 600 })).status).toBe(200);
    expect((await change("v.b.1", "give", { seconds: 600, reason: "" })).status).toBe(400);
  });

  test("[BEY-21] everybody at a site: counted, given by a job, and a count that is out of date is refused", async () => {
    const { begin, call, siteId, endOf, told } = await openSite("Echo");
    for (let serial = 0; serial < 60; serial++) await begin(`v.b.${serial}`);
    const preview = async () => (await call("GET", `/grant-gifts/preview?siteId=${siteId}`)).body;
    expect(await preview()).toEqual({ count: 60, most: grantsPerGiftMax });
    const gift = (count: number) =>
      call("POST", "/grant-gifts", { siteId, seconds: 6 * 3600, reason: "The outage of Sunday", count });
    expect((await gift(59)).body.code).toBe("gift-counted-again");
    const endMs = await endOf("v.b.7");
    const started = await gift(60);
    expect(started.status).toBe(202);
    const { giftId } = started.body;
    const read = async () => (await call("GET", `/grant-gifts/${giftId}`)).body;
    await expect.poll(async () => (await read()).state, { timeout: 20_000 }).toBe("done");
    expect(await read()).toMatchObject({ total: 60, done: 60, failed: 0 });
    expect(await endOf("v.b.7")).toBe(endMs + 6 * hourMs);
    expect(await told("v.b.59")).toMatchObject({ seconds: 6 * 3600 });
  });

  test("[BEY-21] [SYS-16] what was given, and whose news of it was lost, is not given again when the request comes again", async () => {
    const { begin, providerId, token, siteId, call } = await openSite("Zebra");
    await begin("v.b.1");
    const givenSeconds = async () => (await call("GET", `/sites/${siteId}/grants/v.b.1/changes`)).body.seconds;
    for (const [path, table, body, sum] of [
      [`/sites/${siteId}/grants/v.b.1/give`, "grant_change_log", { seconds: 3600 }, 3600],
      ["/grant-gifts", "grant_gifts", { siteId, seconds: 3600, count: 1 }, 7200],
    ] as const) {
      database.loseNewsOfMore(
        providerId,
        async (tx) => (await tx.selectFrom(table).select("providerId").execute()).length,
      );
      const send = () =>
        hub.call("POST", `/api/v1${path}`, {
          token,
          headers: { "Idempotency-Key": "sent-twice" },
          body: { reason: "Power cut", ...body },
        });
      expect(await send(), path).toMatchObject({ status: 503, body: { code: "database-away" } });
      await expect.poll(givenSeconds, { timeout: 20_000 }).toBe(sum);
      const again = await send();
      expect([again.status < 300, again.headers.get("Idempotent-Replayed")], path).toEqual([true, "true"]);
    }
    const gifts = await hub
      .database()
      .asProvider(providerId, (tx) => tx.selectFrom("grant_gifts").select("giftId").execute());
    expect([gifts.length, await givenSeconds()]).toEqual([1, 7200]);
  });

  longTest("[BEY-21] a gift that is stopped goes no further, and who has it keeps it", async () => {
    const { begin, call, siteId, inProvider } = await openSite("Foxtrot");
    for (let serial = 0; serial < 180; serial++) await begin(`v.b.${serial}`);
    const started = await call("POST", "/grant-gifts", { siteId, seconds: 3600, reason: "Outage", count: 180 });
    const { giftId } = started.body;
    const stopped = await call("POST", `/grant-gifts/${giftId}/stop`);
    expect(stopped.body.state).toBe("stopped");
    const given = () =>
      inProvider<number>(async (tx) => (await tx.selectFrom("grant_changes").select("grantId").execute()).length);
    expect(stopped.body.done).toBeLessThan(180);
    expect(await given()).toBe(stopped.body.done);
    // Another one may begin, and goes to all of them.
    const next = await call("POST", "/grant-gifts", { siteId, seconds: 3600, reason: "Outage", count: 180 });
    const state = async () => (await call("GET", `/grant-gifts/${next.body.giftId}`)).body.state;
    await expect.poll(state, { timeout: 20_000 }).toBe("done");
    expect(await given()).toBe(180);
  });
});
