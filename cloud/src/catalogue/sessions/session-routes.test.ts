import { unlimitedTerms } from "@karibu/protocol/plan";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";

const dayMs = 86_400_000;

hubSuite("sessions and grants as sites told them", (hub) => {
  test("[RAD-12] [RAD-13] [REP-04] who is online, and who was, newest first, in pages", async () => {
    const provider = await hub.makeProvider("Alpha");
    const siteId = await makeSite(provider);
    for (let count = 1; count <= 5; count++) {
      await addSession(provider, siteId, {
        sessionKey: `s${count}`,
        startedAtMs: count * 1000,
        stoppedAtMs: count < 3 ? 9000 : null,
      });
    }
    const keys = async (query: string) =>
      (await list(provider, `/api/v1/sessions?limit=2${query}`)).map((session) => session.sessionKey);
    expect(await keys("")).toEqual(["s5", "s4", "s3", "s2", "s1"]);
    expect(await keys("&state=live")).toEqual(["s5", "s4", "s3"]);
    expect(await keys("&state=ended")).toEqual(["s2", "s1"]);
    expect(await keys(`&siteId=${siteId}`)).toEqual(["s5", "s4", "s3", "s2", "s1"]);
    const one = await hub.call("GET", `/api/v1/sessions/${siteId}/s1`, { token: provider.token });
    expect(one.body).toMatchObject({
      state: "ended",
      siteName: "Shop",
      startedAtMs: 1000,
      inputBytes: 10,
      outputBytes: 20,
    });
    const site = (await hub.call("GET", `/api/v1/sites/${siteId}`, { token: provider.token })).body;
    expect(site.sessionsOpen).toBe(3);
  });

  test("[RAD-12] [RTR-01] who was online at a site that is deleted is online no more, in lists and figures; what they used stays", async () => {
    const provider = await hub.makeProvider("Leaving");
    const [gone, kept] = [await makeSite(provider), await makeSite(provider)];
    const open = { startedAtMs: 1000, stoppedAtMs: null };
    await addSession(provider, gone, { sessionKey: "gone", ...open });
    await addSession(provider, kept, { sessionKey: "kept", ...open });
    expect((await hub.call("DELETE", `/api/v1/sites/${gone}`, { token: provider.token })).status).toBe(204);
    const live = await list(provider, "/api/v1/sessions?state=live");
    expect(live.map(({ sessionKey }) => sessionKey)).toEqual(["kept"]);
    const { body } = await hub.call("GET", "/api/v1/reports/usage?days=7", { token: provider.token });
    expect(body.online).toBe(1);
    const ended = await list(provider, "/api/v1/sessions?state=ended");
    expect(ended).toMatchObject([{ sessionKey: "gone", cause: "lost", why: "silent", inputBytes: 10 }]);
  });

  test("[RAD-16] [REP-01] [REP-03] [REP-08] the hotspots as one answer: online now, log-ins, devices and bytes by day and by site", async () => {
    const provider = await hub.makeProvider("Figures");
    const [siteId, quiet] = [await makeSite(provider), await makeSite(provider)];
    const { utcOffsetMinutes } = (await hub.call("GET", "/api/v1/settings", { token: provider.token })).body;
    const nowMs = hub.world.clock.wall().atMs;
    const offsetMs = utcOffsetMinutes * 60_000;
    const todayMs = Math.floor((nowMs + offsetMs) / dayMs) * dayMs - offsetMs;
    const at = (sessionKey: string, startedAtMs: number, mac: string, stoppedAtMs: number | null = nowMs) =>
      addSession(provider, siteId, { sessionKey, startedAtMs, mac, stoppedAtMs, onlineSeconds: 60 });
    await at("before", todayMs - 7 * dayMs - 1, "a");
    await at("first", todayMs - dayMs, "a");
    await at("again", todayMs - 1, "a");
    await at("today", todayMs, "b", null);
    // Of a clock that is ahead: no day of these, and so no part of their sums.
    await at("ahead", todayMs + 400 * dayMs, "c");
    const ids = { providerId: provider.providerId, siteId, grantId: null, onlineSeconds: 60 };
    const day = (ms: number) => new Date(ms + offsetMs).toISOString().slice(0, 10);
    await hub.database().asProvider(provider.providerId, (tx) =>
      tx
        .insertInto("usage_days")
        .values([
          { ...ids, sessionKey: "before", day: day(todayMs - 8 * dayMs), inputBytes: 9, outputBytes: 9 },
          { ...ids, sessionKey: "first", day: day(todayMs - dayMs), inputBytes: 100, outputBytes: 2000 },
          { ...ids, sessionKey: "today", day: day(todayMs), inputBytes: 7, outputBytes: 5_000_000_000 },
          { ...ids, sessionKey: "ahead", day: day(todayMs + 400 * dayMs), inputBytes: 3, outputBytes: 3 },
        ])
        .execute(),
    );
    const { body } = await hub.call("GET", "/api/v1/reports/usage?days=7", { token: provider.token });
    expect(body).toMatchObject({
      online: 1,
      sites: { all: 2, connected: 0 },
      logIns: 3,
      devices: 2,
      averageSeconds: 60,
    });
    expect(body.days).toHaveLength(7);
    expect(body.days.slice(-3)).toEqual([
      { fromMs: todayMs - 2 * dayMs, logIns: 0, devices: 0, inputBytes: 0, outputBytes: 0 },
      { fromMs: todayMs - dayMs, logIns: 2, devices: 1, inputBytes: 100, outputBytes: 2000 },
      { fromMs: todayMs, logIns: 1, devices: 1, inputBytes: 7, outputBytes: 5_000_000_000 },
    ]);
    expect(body.bySite).toEqual([
      { siteId, siteName: "Shop", online: 1, logIns: 3, inputBytes: 107, outputBytes: 5_000_002_000 },
      { siteId: quiet, siteName: "Shop", online: 0, logIns: 0, inputBytes: 0, outputBytes: 0 },
    ]);
  });

  longTest(
    "[UIX-03] a session names its voucher's code or the phone that paid, its plan and the time left; the code only to who may read vouchers",
    async () => {
      const provider = await hub.makeProvider("Named");
      const { providerId, token } = provider;
      const siteId = await makeSite(provider);
      const post = async (path: string, body: object) =>
        (await hub.call("POST", `/api/v1${path}`, { token, body, headers: { "Idempotency-Key": path } })).body;
      const { planId } = await post("/plans", {
        name: "Two hours",
        priceCents: 2000,
        terms: { validitySeconds: 7200 },
      });
      const { batchId } = await post("/vouchers/batches", { planId, quantity: 2, siteId });
      const paid = await post("/payments/purchase", { siteId, planId, phone: "0712345678", pay: "cash" });
      const { grantId } = (await hub.call("GET", `/api/v1/payments/${paid.id}`, { token })).body;
      const { items: vouchers } = (await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token })).body;
      const nowMs = hub.world.clock.wall().atMs;
      const voucherGrant = `v.${batchId}.0`;
      await hub.database().asProvider(providerId, async (tx) => {
        for (const [soldGrant, origin] of [
          [voucherGrant, "voucher"],
          [grantId, "purchase"],
        ] as const)
          await tx
            .insertInto("grant_starts")
            .values({
              providerId,
              grantId: soldGrant,
              siteId,
              origin,
              planName: "Two hours",
              startedAtMs: nowMs,
              endsAtMs: nowMs + 600_000,
              validUntilMs: null,
              epoch: "e",
              seq: origin === "voucher" ? 1 : 2,
              receivedAtMs: nowMs,
            })
            .execute();
      });
      await addSession(provider, siteId, { sessionKey: "voucher", grantId: voucherGrant, startedAtMs: 3 });
      await addSession(provider, siteId, { sessionKey: "paid", grantId, startedAtMs: 2 });
      await addSession(provider, siteId, {
        sessionKey: "over",
        grantId,
        startedAtMs: 1,
        stoppedAtMs: 2,
      });
      const [byVoucher, byPhone, over] = await list(provider, "/api/v1/sessions?limit=100");
      expect(byVoucher).toMatchObject({ voucherCode: vouchers[0].code, phone: null, planName: "Two hours" });
      expect(byVoucher?.endsAtMs).toBe(nowMs + 600_000);
      expect(byVoucher?.secondsLeft).toBeGreaterThan(500);
      expect(byVoucher?.secondsLeft).toBeLessThanOrEqual(600);
      expect(byPhone).toMatchObject({ voucherCode: null, phone: "2547***678", planName: "Two hours" });
      expect(over).toMatchObject({ secondsLeft: null });
      const body = { email: "inst@named.test", name: "Installer", role: "installer", password: ownerPassword };
      await hub.call("POST", "/api/v1/users", { token, body });
      const installer = await hub.logIn(body.email, ownerPassword);
      const seen = (await hub.call("GET", "/api/v1/sessions", { token: installer })).body.items;
      expect(seen.map((one: { voucherCode: string | null }) => one.voucherCode)).toEqual([null, null, null]);
    },
  );

  test("[RTR-33] who had an IP address is found by those alone who may trace sessions, whichever list or search is asked", async () => {
    const provider = await hub.makeProvider("Traced");
    const siteId = await makeSite(provider);
    const mac = "AA:BB:CC:11:22:44";
    await addSession(provider, siteId, {
      sessionKey: "s1",
      username: "10-of-us" as never,
      mac: mac as never,
      address: "10.9.8.7" as never,
    });
    const person = { email: "sup@traced.test", name: "Support", role: "support", password: ownerPassword };
    await hub.call("POST", "/api/v1/users", { token: provider.token, body: person });
    const support = await hub.logIn(person.email, ownerPassword);
    const found = async (path: string, token: string) => {
      const { status, text } = await hub.call("GET", `/api/v1/${path}`, { token });
      expect(status, text).toBe(200);
      return text.includes(mac);
    };
    for (const path of ["sessions?q=10.9.8.7", "sessions?q=9.8", "sessions/export?q=10.9.8.7", "search?q=10.9.8.7"]) {
      expect(await found(path, provider.token), path).toBe(true);
      expect(await found(path, support), path).toBe(false);
    }
    expect(await found("sessions?mac=10.9.8.7", support)).toBe(false);
    for (const path of ["sessions?q=10-of", "sessions?q=aa:bb:cc:11", `sessions?mac=${mac}`, `search?q=${mac}`])
      expect(await found(path, support), path).toBe(true);
  });

  test("[RAD-17] one MAC in use at two sites side by side is found with both sites and since when; a person who walked over is not", async () => {
    const provider = await hub.makeProvider("Copied");
    const [one, other] = [await makeSite(provider), await makeSite(provider)];
    const nowMs = hub.world.clock.wall().atMs;
    const at = (minutesAgo: number) => nowMs - minutesAgo * 60_000;
    const session = (siteId: string, key: string, mac: string, begun: number, used: number) =>
      addSession(provider, siteId, {
        sessionKey: key,
        mac: mac as never,
        username: "amina" as never,
        startedAtMs: at(begun),
        receivedAtMs: at(begun),
        lastUsedAtMs: at(used) as never,
      });
    const [copied, walked, old] = ["AA:BB:CC:00:00:01", "AA:BB:CC:00:00:02", "AA:BB:CC:00:00:03"];
    await session(one, "c1", copied, 90, 4);
    await session(other, "c2", copied, 40, 2);
    await session(one, "w1", walked, 90, 12);
    await session(other, "w2", walked, 12, 1);
    await session(one, "o1", old, 300, 200);
    await session(other, "o2", old, 290, 200);
    hub.moveClock(1);
    await hub.hub().maintenance.runDue();
    const { items } = (await hub.call("GET", "/api/v1/reports/devices-twice", { token: provider.token })).body;
    expect(items).toMatchObject([{ mac: copied, sinceMs: at(40), places: [{ user: "amina" }, { user: "amina" }] }]);
    expect(items[0].places.map(({ siteId }: { siteId: string }) => siteId).sort()).toEqual([one, other].sort());
    const alarms = (await hub.call("GET", "/api/v1/alarms", { token: provider.token })).body.items;
    expect(alarms).toMatchObject([{ kind: "device-twice", severity: "notice", fields: { mac: copied } }]);
    const stranger = await hub.makeProvider("Stranger");
    const theirs = await hub.call("GET", "/api/v1/reports/devices-twice", { token: stranger.token });
    expect(theirs.body.items).toEqual([]);
  });

  test("sessions that began in the same millisecond, and ones with no known start, each stand in the list once", async () => {
    const provider = await hub.makeProvider("Beta");
    const siteId = await makeSite(provider);
    for (const key of ["a", "b", "c"]) await addSession(provider, siteId, { sessionKey: key, startedAtMs: 7 });
    await addSession(provider, siteId, { sessionKey: "d", startedAtMs: null, receivedAtMs: 5 });
    const keys = (await list(provider, "/api/v1/sessions?limit=1")).map((session) => session.sessionKey);
    expect(keys).toEqual(["c", "b", "a", "d"]);
  });

  test("grants: bought ones wait for their first use, others begin with it; usage is summed up", async () => {
    const provider = await hub.makeProvider("Gamma");
    const siteId = await makeSite(provider);
    const { providerId, token } = provider;
    const bought = {
      origin: "purchase" as const,
      planName: "1 hour",
      terms: unlimitedTerms,
      phoneHash: null,
      unverified: false,
    };
    const start = {
      planName: "1 hour",
      siteId,
      providerId,
      validUntilMs: null,
      epoch: "e",
      receivedAtMs: 1,
    };
    await hub.database().asProvider(providerId, async (tx) => {
      for (const grantId of ["waiting", "used"]) {
        const ids = { providerId, grantId, siteId, purchaseId: null };
        await tx
          .insertInto("grants")
          .values({ ...ids, ...bought, createdAtMs: 1000, revokedAtMs: null })
          .execute();
      }
      await tx
        .insertInto("grant_starts")
        .values([
          { ...start, grantId: "used", origin: "purchase", startedAtMs: 2000, endsAtMs: 3000, seq: 1 },
          { ...start, grantId: "v.batch.7", origin: "voucher", startedAtMs: 4000, endsAtMs: null, seq: 2 },
        ])
        .execute();
    });
    await addSession(provider, siteId, {
      sessionKey: "s1",
      grantId: "v.batch.7",
      startedAtMs: 1,
      stoppedAtMs: 2,
    });
    await addSession(provider, siteId, { sessionKey: "s2", grantId: "v.batch.7", startedAtMs: 3 });
    const grants = await list(provider, "/api/v1/grants?limit=1");
    expect(grants.map(({ grantId, state, usedBytes }) => [grantId, state, usedBytes])).toEqual([
      ["v.batch.7", "running", 60],
      ["waiting", "waiting", 0],
      ["used", "ended", 0],
    ]);
    expect((await list(provider, "/api/v1/grants?origin=voucher")).map((grant) => grant.grantId)).toEqual([
      "v.batch.7",
    ]);
    const one = await hub.call("GET", "/api/v1/grants/v.batch.7", { token });
    expect(one.body).toMatchObject({ origin: "voucher", usedBytes: 60, usedSeconds: 2, sessionsOpen: 1, siteId });
    expect((await hub.call("GET", "/api/v1/grants/none", { token })).status).toBe(404);
  });

  async function makeSite({ token }: TestProvider): Promise<string> {
    return (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Shop" } })).body.site.siteId;
  }

  async function addSession(
    { providerId }: TestProvider,
    siteId: string,
    session: Partial<typeof empty> & { sessionKey: string },
  ) {
    const row = { ...empty, ...session, providerId, siteId };
    await hub.database().asProvider(providerId, (tx) => tx.insertInto("sessions").values(row).execute());
  }

  /** All pages together. */
  async function list({ token }: TestProvider, path: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const answer = await hub.call("GET", path + (cursor === "" ? "" : `&cursor=${cursor}`), { token });
      items.push(...answer.body.items);
      cursor = answer.body.nextCursor;
    }
    return items;
  }
});

const empty = {
  sessionId: "1",
  nas: "nas",
  grantId: null as string | null,
  username: "user",
  mac: null as string | null,
  address: null as string | null,
  startedAtMs: 1 as number | null,
  startedStampedMs: 1,
  startedEpoch: null,
  startedSeq: null,
  startedClock: null,
  lastUsedAtMs: null,
  lastUsedEpoch: null,
  lastUsedSeq: null,
  stoppedAtMs: null as number | null,
  stoppedStampedMs: null,
  stoppedEpoch: null,
  stoppedSeq: null,
  cause: null,
  receivedAtMs: 1,
  inputBytes: 10,
  outputBytes: 20,
  onlineSeconds: 1,
};
