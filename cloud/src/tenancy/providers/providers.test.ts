import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createPublish, type Publish } from "../../ground/feed/publish.ts";
import { endSelling } from "../../operations/provider-life/life-cycle.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { createTestSites } from "../../test-sites.ts";

const dayMs = 86_400_000;

hubSuite("providers of the platform", (hub) => {
  const site = (providerId: string) =>
    hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("feed_rows").select("body").where("kind", "=", "site").executeTakeFirstOrThrow(),
      ) as Promise<{ body: { sellsOnline: boolean } }>;

  test("[TEN-01] a new provider is in the time zone of its currency's country, unless another one is chosen", async () => {
    const token = await hub.adminToken();
    const make = async (more: object, at: number) => {
      const owner = { name: `Zone ${at}`, ownerEmail: `zone-${at}@zones.test`, ownerPassword };
      const { status, body } = await hub.call("POST", "/api/v1/providers", { token, body: { ...owner, ...more } });
      expect(status).toBe(201);
      return body.utcOffsetMinutes;
    };
    const orders = [{}, { currency: "TZS" }, { currency: "UGX" }, { currency: "RWF" }, { currency: "NGN" }];
    expect(await Promise.all(orders.map(make))).toEqual([180, 180, 180, 120, 60]);
    expect(await make({ currency: "RWF", utcOffsetMinutes: 0 }, 9)).toBe(0);
  });

  test("[TEN-10] [POR-01] the portal's language is the provider's choice, told to its sites; none is the customers' own", async () => {
    const { token, providerId } = await hub.makeProvider("Goma");
    const row = async () => {
      const { body } = await hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("feed_rows").select("body").where("kind", "=", "provider").executeTakeFirstOrThrow(),
        );
      return body as { portalLanguage?: string };
    };
    const change = async (portalLanguage: unknown) => {
      const { headers } = await hub.call("GET", "/api/v1/settings", { token });
      const body = { portalLanguage };
      return hub.call("PATCH", "/api/v1/settings", {
        token,
        body,
        headers: { "if-match": headers.get("etag") ?? "" },
      });
    };
    expect(await row()).not.toHaveProperty("portalLanguage");
    expect(await change("fr")).toMatchObject({ status: 200, body: { portalLanguage: "fr", locale: "en" } });
    expect((await row()).portalLanguage).toBe("fr");
    for (const wrong of ["", "FR", "français", "fr-CD"]) expect((await change(wrong)).status).toBe(400);
    expect((await change(null)).status).toBe(200);
    expect(await row()).not.toHaveProperty("portalLanguage");
  });

  test("[TEN-04] suspended: the sites sell on for the grace, then no longer; reactivated, they sell again", async () => {
    const { token, providerId } = await hub.makeProvider("Alpha");
    const admin = await hub.adminToken();
    await hub.call("POST", "/api/v1/sites", { token, body: { name: "A" } });
    const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const channel = { kind: "mpesa-paybill", shortcode: "600100", environment: "sandbox", ...keys };
    expect((await hub.call("POST", "/api/v1/channels", { token, body: channel })).status).toBe(201);
    expect((await site(providerId)).body.sellsOnline).toBe(true);
    const path = `/api/v1/providers/${providerId}`;
    const suspended = await hub.call("POST", `${path}/suspend`, { token: admin, body: { graceDays: 2 } });
    expect(suspended.body.state).toBe("suspended");
    await hub.hub().maintenance.runDue();
    expect((await site(providerId)).body.sellsOnline).toBe(true);
    hub.moveClock(2 * dayMs + 1000);
    await hub.hub().maintenance.runDue();
    expect((await site(providerId)).body.sellsOnline).toBe(false);
    await hub.call("POST", `${path}/reactivate`, { token: await hub.adminToken() });
    expect((await site(providerId)).body.sellsOnline).toBe(true);
  });

  longTest(
    "[TEN-04] the end of a grace that failed to be told, at one provider, is told to the others and made up for",
    async () => {
      const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
      const channel = { kind: "mpesa-paybill", shortcode: "600100", environment: "sandbox", ...keys };
      const admin = await hub.adminToken();
      const suspended: string[] = [];
      for (const name of ["Theta", "Iota"]) {
        const { token, providerId } = await hub.makeProvider(name);
        await hub.call("POST", "/api/v1/sites", { token, body: { name } });
        await hub.call("POST", "/api/v1/channels", { token, body: channel });
        await hub.call("POST", `/api/v1/providers/${providerId}/suspend`, { token: admin, body: { graceDays: 1 } });
        suspended.push(providerId);
      }
      const [first, second] = suspended as [string, string];
      const sell = async () => [(await site(first)).body.sellsOnline, (await site(second)).body.sellsOnline];
      hub.moveClock(dayMs + 1000);
      const publish = createPublish(hub.world, hub.envelope);
      const failsOnce: Publish = async (tx, row) => {
        if (row.providerId === first) throw new Error("no room");
        await publish(tx, row);
      };
      // As a run of the maintenance job that fails.
      const parts = (publish: Publish) => ({ world: hub.world, sites: createTestSites(hub.world, publish) });
      await expect(endSelling(parts(failsOnce), hub.database())).rejects.toThrow("no room");
      const nowMs = hub.world.clock.wall().atMs;
      const failed = {
        everyMs: 600_000,
        startedAtMs: nowMs,
        finishedAtMs: nowMs,
        outcome: "no room",
        failed: true,
      };
      await hub.database().asPlatform("test", (tx) =>
        tx
          .insertInto("upkeep_runs")
          .values({ name: "end-selling-of-suspended-providers", ...failed })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(failed))
          .execute(),
      );
      expect(await sell()).toEqual([true, false]);
      hub.moveClock(600_001);
      await hub.hub().maintenance.runDue();
      expect(await sell()).toEqual([false, false]);
      expect(await endSelling(parts(publish), hub.database()), "who knows is not told again").toBe(0);
    },
  );

  longTest(
    "[TEN-04] suspended: customers of the sites buy on for the grace, then are told plainly; operators may not sell",
    async () => {
      const { token, providerId } = await hub.makeProvider("Eta");
      const { site: made } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "A" } })).body;
      const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
      const channel = { kind: "mpesa-paybill", shortcode: "600100", environment: "sandbox", ...keys };
      await hub.call("POST", "/api/v1/channels", { token, body: channel });
      const { items } = (await hub.call("GET", "/api/v1/plans", { token })).body;
      const wanted = { siteId: made.siteId, planId: items[0].planId };
      const startPurchase = hub.hub().money.rpcHandlers.find(({ method }) => method === "start-purchase");
      const askBySite = (phone: string) => {
        const params = { idempotencyKey: `key-${phone}`, planId: wanted.planId, phone };
        return startPurchase?.answer({ providerId, siteId: made.siteId }, params, new AbortController().signal);
      };
      const askByOperator = () =>
        hub.call("POST", "/api/v1/payments/purchase", {
          token,
          body: { ...wanted, phone: "0712000009" },
          headers: { "Idempotency-Key": `operator-${hub.world.clock.wall().atMs}` },
        });
      const path = `/api/v1/providers/${providerId}`;
      const admin = await hub.adminToken();
      expect((await hub.call("POST", `${path}/suspend`, { token: admin, body: { graceDays: 2 } })).status).toBe(200);
      const letter = () => hub.letters().find(({ subject }) => subject === "Eta is suspended");
      await expect.poll(letter, { timeout: 30_000 }).toMatchObject({ to: "eta@provider.test" });
      expect(letter()?.text).toMatch(/go on selling until \d{4}-\d\d-\d\d \d\d:\d\d;/);
      expect(await askBySite("0712000001")).toMatchObject({ kind: "started" });
      expect((await askByOperator()).body).toMatchObject({ status: 403, code: "provider-suspended" });
      hub.moveClock(2 * dayMs + 1000);
      // No round of maintenance yet: the site's last feed row does not matter.
      expect(await askBySite("0712000002")).toEqual({ kind: "refused", reason: "no-channel" });
      expect(await askBySite("0712000001"), "the same purchase is asked about, not sold again").toMatchObject({
        kind: "started",
      });
      const direct = { providerId, ...wanted, phone: "0712000003", idempotencyKey: "direct" };
      expect(await hub.hub().money.purchases.start(direct)).toEqual({ kind: "refused", reason: "not-selling" });
      await hub.call("POST", `${path}/reactivate`, { token: await hub.adminToken() });
      expect(await askBySite("0712000004")).toMatchObject({ kind: "started" });
      await hub.call("DELETE", path, { token: await hub.adminToken() });
      expect(await askBySite("0712000005")).toEqual({ kind: "refused", reason: "no-channel" });
    },
  );

  test("[TEN-04] deleted: shut at once, brought back within the grace, gone with every row after it", async () => {
    const { token, providerId, ownerEmail } = await hub.makeProvider("Beta");
    const other = await hub.makeProvider("Gamma");
    await hub.call("POST", "/api/v1/customers", { token, body: { name: "Somebody" } });
    const path = `/api/v1/providers/${providerId}`;
    const deleted = await hub.call("DELETE", `${path}?graceDays=30`, { token: await hub.adminToken() });
    expect(deleted.body).toMatchObject({ state: "deleted" });
    expect((await hub.call("GET", "/api/v1/user", { token })).status).toBe(401);
    const logIn = { body: { email: ownerEmail, password: "the-owner-password" } };
    expect((await hub.call("POST", "/api/v1/login", logIn)).status).toBe(401);
    expect((await hub.call("POST", `${path}/restore`, { token: await hub.adminToken() })).body.state).toBe("active");
    expect((await hub.call("POST", "/api/v1/login", logIn)).status).toBe(200);
    await hub.call("DELETE", `${path}?graceDays=1`, { token: await hub.adminToken() });
    hub.moveClock(2 * dayMs);
    await hub.hub().maintenance.runDue();
    expect((await hub.call("GET", path, { token: await hub.adminToken() })).status).toBe(404);
    const left = await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("audit").select("auditId").where("providerId", "=", providerId).execute(),
      );
    expect(left).toEqual([]);
    const again = await hub.logIn(other.ownerEmail, "the-owner-password");
    expect((await hub.call("GET", "/api/v1/plans", { token: again })).body.items).toHaveLength(6);
  });

  test("[TEN-01] a sub-domain lets in its provider's people alone, whatever token is shown there", async () => {
    const [mine, theirs] = [await hub.makeProvider("Sub-one"), await hub.makeProvider("Sub-two")];
    const set = (token: string, subdomain: string | null) =>
      hub.call("PATCH", "/api/v1/settings", { token, body: { subdomain } });
    expect((await set(mine.token, "Jua-Net")).body.subdomain).toBe("jua-net");
    expect((await set(theirs.token, "jua-net")).body).toMatchObject({ status: 409, field: "subdomain" });
    expect((await set(theirs.token, "api")).body).toMatchObject({ status: 400, field: "subdomain" });
    const at = (host: string) => ({ headers: { "X-Forwarded-Host": host } });
    const look = async (token: string, host: string) =>
      (await hub.call("GET", "/api/v1/user", { token, ...at(host) })).status;
    expect(await look(mine.token, "jua-net.hub.test")).toBe(200);
    expect(await look(theirs.token, "jua-net.hub.test")).toBe(403);
    expect(await look(await hub.adminToken(), "jua-net.hub.test")).toBe(403);
    expect(await look(mine.token, "other.hub.test")).toBe(403);
    for (const host of ["hub.test", "hub.test:8000"]) expect(await look(theirs.token, host)).toBe(200);
    expect(await look(theirs.token, "elsewhere.test")).toBe(421);
    const logIn = async (email: string, host: string) =>
      (await hub.call("POST", "/api/v1/login", { body: { email, password: ownerPassword }, ...at(host) })).status;
    expect(await logIn(mine.ownerEmail, "JUA-NET.hub.test")).toBe(200);
    expect(await logIn(theirs.ownerEmail, "jua-net.hub.test")).toBe(401);
    expect(await logIn(theirs.ownerEmail, "hub.test")).toBe(200);
    expect((await set(mine.token, null)).body.subdomain).toBeNull();
  });

  test("[TEN-04] a number that no master key opens any more keeps nothing else from the export", async () => {
    const { token, providerId } = await hub.makeProvider("Funguo");
    for (const [name, phone] of [
      ["Asha", "0712 345 679"],
      ["Zuri", "0712 345 680"],
    ])
      await hub.call("POST", "/api/v1/customers", { token, body: { name, phone } });
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .updateTable("customers")
        .set({ phoneSealed: Buffer.alloc(120) })
        .where("name", "=", "Asha")
        .execute(),
    );
    const { text } = await hub.call("GET", "/api/v1/settings/export", { token });
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { table: string; row: Record<string, unknown> });
    const customers = lines.filter(({ table }) => table === "customers").map(({ row }) => [row.name, row.phone]);
    expect(customers.sort()).toEqual([
      ["Asha", null],
      ["Zuri", "254712345680"],
    ]);
    expect(lines.filter(({ table }) => table === "users")).toHaveLength(1);
  });

  test("[TEN-04] a full export: every row of ours and of nobody else, phones in clear, no secret", async () => {
    const { token, providerId } = await hub.makeProvider("Delta");
    const theirs = await hub.makeProvider("Epsilon");
    for (const owner of [token, theirs.token])
      await hub.call("POST", "/api/v1/customers", { token: owner, body: { name: "Asha", phone: "0712 345 678" } });
    const { text } = await hub.call("GET", "/api/v1/settings/export", { token });
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { table: string; row: Record<string, unknown> });
    expect(lines.every(({ row }) => row.provider_id === providerId)).toBe(true);
    expect(lines.find(({ table }) => table === "customers")?.row).toMatchObject({
      name: "Asha",
      phone: "254712345678",
    });
    expect(lines.filter(({ table }) => table === "plans")).toHaveLength(6);
    expect(text).not.toMatch(/argon2|_sealed|_hash"/);
    const byAdmin = await hub.call("GET", `/api/v1/providers/${providerId}/export`, {
      token: await hub.adminToken(),
    });
    expect(byAdmin.text).toContain("254712345678");
    const audit = await hub.call("GET", "/api/v1/audit?q=exported", { token });
    expect(audit.body.items).toHaveLength(1);
  });

  test("[TEN-03] [TEN-05] statistics of the platform and of one provider", async () => {
    const { providerId, token } = await hub.makeProvider("Zeta");
    const admin = await hub.adminToken();
    const all = await hub.call("GET", "/api/v1/platform/statistics?days=7", { token: admin });
    expect(all.body.providers.active).toBeGreaterThan(0);
    const one = await hub.call("GET", `/api/v1/providers/${providerId}/analytics?days=7`, { token: admin });
    expect(one.body).toMatchObject({ providerId, currency: "KES", customers: 0 });
    expect(one.body.days).toHaveLength(7);
    expect((await hub.call("GET", "/api/v1/reports/analytics?days=7", { token })).body.days).toEqual(one.body.days);
    expect([all.body.alarms, one.body.alarmsOpen]).toEqual([[], 0]);
    const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } })).body.site;
    const keys = { shortcode: "600100", passkey: "pass", consumerKey: "key", consumerSecret: "secret" };
    const channel = { kind: "mpesa-paybill", environment: "sandbox", ...keys };
    const { id } = (await hub.call("POST", "/api/v1/channels", { token, body: channel })).body;
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().asPlatform("test", async (tx) => {
      await sql`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
          select ${providerId}, ${siteId}, 'e', n, 'session-stays', '{"mac":"AA"}', ${nowMs}::bigint, ${nowMs}::bigint
          from generate_series(1, 2) n`.execute(tx);
      await sql`update channels set keys_problem = 'wrong' where channel_id = ${id}`.execute(tx);
    });
    const later = await hub.call("GET", "/api/v1/platform/statistics?days=7", { token: admin });
    expect(later.body.alarms).toEqual([{ providerId, name: "Zeta", open: 3 }]);
    expect(later.body.health.alarmsOpen).toBe(3);
    const its = await hub.call("GET", `/api/v1/providers/${providerId}/analytics?days=7`, { token: admin });
    expect(its.body.alarmsOpen).toBe(3);
    expect((await hub.call("GET", "/api/v1/platform/schedule", { token: admin })).body.items.length).toBeGreaterThan(0);
  });
});
