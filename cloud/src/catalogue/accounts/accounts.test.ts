/** Customers' log-ins: through the API, and as their sites are told of them. */
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { readableBody } from "../../ground/feed/stored-body.ts";
import { askerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";

hubSuite("accounts", (hub) => {
  let token = "";
  let providerId = "";
  let places: string[] = [];
  let planId = "";
  let customerId = "";
  const call = askerOf(hub, () => token);

  /** What a site's feed says of an account; null: it was told to forget it; undefined: it never heard of it. */
  const told = (siteId: string, accountId: string) =>
    hub.database().asProvider(providerId, async (tx) => {
      const scope = `site:${siteId}`;
      const row = await tx
        .selectFrom("feed_rows")
        .select("body")
        .where("scope", "=", scope)
        .where("kind", "=", "customer-account")
        .where("key", "=", accountId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const place = { providerId, scope, kind: "customer-account", key: accountId } as const;
      // biome-ignore lint/suspicious/noExplicitAny: looked into
      return readableBody(hub.envelope, place, row.body) as any;
    });

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Mwangaza"));
    places = [];
    for (const name of ["Harbour", "Hill", "Market"])
      places.push((await call("POST", "/sites", { name })).body.site.siteId);
    const terms = { downKbps: 10_000, upKbps: 5000, validitySeconds: 2_592_000, devices: 2 };
    ({ planId } = (await call("POST", "/plans", { name: "Home 10M", priceCents: 250_000, terms })).body);
    ({ customerId } = (await call("POST", "/customers", { name: "Kamau", phone: "0711000001" })).body);
  }, 60_000);

  test("[CUS-14] a log-in goes to its own sites alone, as a sealed hash; nobody reads the password again", async () => {
    const [harbour = "", hill = "", market = ""] = places;
    const address = { ip: "100.64.3.7", routes: ["10.20.0.0/24"], ipv6Prefix: "2001:db8:7::/56" };
    const order = { customerId, username: "Home.Kamau", password: "clientPass", planId, address, upKbps: 8000 };
    const made = await call("POST", "/accounts", { ...order, siteIds: [harbour, hill], macs: ["02-1a-2b-3c-4d-5e"] });
    expect(made).toMatchObject({
      status: 201,
      body: { username: "Home.Kamau", customerName: "Kamau", password: null },
    });
    const { accountId } = made.body;
    expect(made.text).not.toContain("clientPass");
    const body = await told(harbour, accountId);
    expect(body).toMatchObject({
      username: "Home.Kamau",
      service: "pppoe",
      ntHash: ntHashHex("clientPass"),
      address,
      macs: ["02:1A:2B:3C:4D:5E"],
      terms: { downKbps: 10_000, upKbps: 8000, devices: 2, validitySeconds: null, validUntilMs: null },
    });
    expect(body.clearPassword).toBeUndefined();
    expect([(await told(hill, accountId))?.accountId, await told(market, accountId)]).toEqual([accountId, undefined]);
    const stored = await hub
      .database()
      .asProvider(providerId, (tx) => tx.selectFrom("feed_rows").select("body").where("key", "=", accountId).execute());
    expect(JSON.stringify(stored)).not.toContain(ntHashHex("clientPass"));

    const moved = await call("PATCH", `/accounts/${accountId}`, { siteIds: [market], upKbps: null, address: null });
    expect(moved.body).toMatchObject({ siteIds: [market], upKbps: null, address: null });
    expect([await told(harbour, accountId), await told(hill, accountId)]).toEqual([null, null]);
    expect((await told(market, accountId)).terms).toMatchObject({ upKbps: 5000 });

    const again = await call("POST", `/accounts/${accountId}/set-password`, {});
    expect(again.body.password).toMatch(/^[a-z2-9]{10}$/);
    expect((await told(market, accountId)).ntHash).toBe(ntHashHex(again.body.password));
    await call("POST", `/accounts/${accountId}/set-password`, { password: "another1", chap: true });
    expect(await told(market, accountId)).toMatchObject({ clearPassword: "another1" });
    expect((await call("GET", `/accounts/${accountId}`)).body.chap).toBe(true);
    expect((await call("GET", `/accounts?q=kamau`)).text).not.toMatch(/another1|[0-9a-f]{32}"/);

    expect((await call("DELETE", `/accounts/${accountId}`)).status).toBe(204);
    expect(await told(market, accountId)).toBeNull();
    expect((await call("GET", `/accounts/${accountId}`)).status).toBe(404);
  });

  test("[CUS-04] an account that nobody pays for is a decision with a reason; any other waits for its subscription", async () => {
    const [harbour = ""] = places;
    const order = { customerId, planId, siteIds: [harbour] };
    const make = async (username: string, change: object = {}) =>
      (await call("POST", "/accounts", { ...order, username, ...change })).body;
    const billed = await make("billed");
    expect(billed).toMatchObject({ billing: "subscription", freeReason: null, state: "awaiting-subscription" });
    const waits = await told(harbour, billed.accountId);
    expect([waits.suspended, waits.afterEnd]).toEqual([{ reason: "awaiting-subscription" }, undefined]);
    for (const body of [{ billing: "free" }, { billing: "free", freeReason: "  " }]) {
      const refused = await call("POST", "/accounts", { ...order, username: "gift", ...body });
      expect([refused.status, refused.body.field]).toEqual([400, "freeReason"]);
    }
    const free = await make("office", { billing: "free", freeReason: "Our own office" });
    expect(free).toMatchObject({ billing: "free", freeReason: "Our own office", state: "free" });
    expect((await told(harbour, free.accountId)).suspended).toBeUndefined();
    const listed = (await call("GET", "/accounts?billing=free&count=true&limit=1")).body;
    expect([listed.total.count, listed.items[0].freeReason]).toEqual([1, "Our own office"]);

    await call("POST", `/accounts/${free.accountId}/billing`, { billing: "subscription" });
    expect((await told(harbour, free.accountId)).suspended).toEqual({ reason: "awaiting-subscription" });
    await call("POST", `/accounts/${billed.accountId}/billing`, { billing: "free", freeReason: "The owner's home" });
    expect((await told(harbour, billed.accountId)).suspended).toBeUndefined();
    // With a subscription it is billed again, and can't be made free beside it.
    const subscribed = { customerId, accountId: billed.accountId, planId };
    const { subscriptionId } = (await call("POST", "/subscriptions", subscribed)).body;
    expect((await call("GET", `/accounts/${billed.accountId}`)).body).toMatchObject({
      billing: "subscription",
      freeReason: null,
      state: "subscribed",
    });
    const again = { billing: "free", freeReason: "A friend" };
    expect((await call("POST", `/accounts/${billed.accountId}/billing`, again)).body.code).toBe("has-subscription");
    // What has ended holds nobody back: neither the account made free, nor a word about the old subscription later.
    await call("POST", `/subscriptions/${subscriptionId}/cancel`, {});
    expect((await call("GET", `/accounts/${billed.accountId}`)).body.state).toBe("subscription-ended");
    expect((await call("POST", `/accounts/${billed.accountId}/billing`, again)).body.state).toBe("free");
    await call("PATCH", `/subscriptions/${subscriptionId}`, { autoRenew: false });
    expect((await told(harbour, billed.accountId)).suspended).toBeUndefined();
    const audited = (await call("GET", "/audit?limit=100")).body.items.filter(({ action }: { action: string }) =>
      action.includes("/billing"),
    );
    expect(audited.length).toBeGreaterThanOrEqual(3);
  });

  test("[CUS-14] [CUS-04] a log-in whose plan was deleted gets limits of its own, and the plan's again", async () => {
    const [harbour = ""] = places;
    const terms = { downKbps: 4000, upKbps: 2000, devices: 2 };
    const old = (await call("POST", "/plans", { name: "Home 4M", priceCents: 150_000, terms })).body.planId;
    const order = { customerId, username: "of.an.old.plan", password: "clientPass", planId: old, siteIds: [harbour] };
    const { accountId } = (await call("POST", "/accounts", order)).body;
    expect((await call("DELETE", `/plans/${old}`)).status).toBe(204);
    const change = (own: object) => call("PATCH", `/accounts/${accountId}`, own);
    expect((await change({ downKbps: 6000, devices: 1 })).status).toBe(200);
    expect((await told(harbour, accountId)).terms).toMatchObject({ downKbps: 6000, upKbps: 2000, devices: 1 });
    expect((await change({ downKbps: null, devices: null })).status).toBe(200);
    expect((await told(harbour, accountId)).terms).toMatchObject(terms);
    const fresh = await call("POST", "/accounts", { ...order, username: "of.no.plan" });
    expect(fresh.body).toMatchObject({ code: "not-found", field: "planId" });
  });

  test("[CUS-14] a line keeps the terms that it was sold with when its plan is changed, also when somebody edits the line", async () => {
    const [harbour = ""] = places;
    const terms = { downKbps: 4000, upKbps: 2000, devices: 2, dataBytes: 50_000_000_000 };
    const sold = (await call("POST", "/plans", { name: "Home 4M, sold", priceCents: 150_000, terms })).body.planId;
    const order = { customerId, username: "of.a.sold.plan", password: "clientPass", planId: sold, siteIds: [harbour] };
    const { accountId } = (await call("POST", "/accounts", order)).body;
    const less = { downKbps: 1000, upKbps: 500, devices: 1, dataBytes: 1_000_000_000 };
    expect((await call("PATCH", `/plans/${sold}`, { terms: less })).status).toBe(200);
    const change = async (what: object) => {
      expect((await call("PATCH", `/accounts/${accountId}`, what)).status).toBe(200);
      return (await told(harbour, accountId)).terms;
    };
    // As the console's form sends it: all limits along with what was changed.
    const none = { downKbps: null, upKbps: null, devices: null };
    expect(await change({ macs: ["AA:BB:CC:DD:EE:0F"], ...none })).toMatchObject(terms);
    expect(await change({ ...none, upKbps: 3000 })).toMatchObject({ ...terms, upKbps: 3000 });
    // What its own limit stood for is the plan's of now: nothing else is known of it.
    expect(await change(none)).toMatchObject({ ...terms, upKbps: 500 });
  });

  test("[CUS-14] names and addresses are one account's; what is wrong is named", async () => {
    const [harbour = "", hill = ""] = places;
    const order = { customerId, planId, siteIds: [harbour] };
    const first = await call("POST", "/accounts", { ...order, username: "one", address: { ip: "100.64.0.9" } });
    expect([first.status, first.body.password?.length]).toEqual([201, 10]);
    const wrong = async (change: object) => {
      const { status, body } = await call("POST", "/accounts", { ...order, username: "two", ...change });
      return [status, body.code, body.field];
    };
    expect(await wrong({ username: "ONE" })).toEqual([409, "username-taken", "username"]);
    expect(await wrong({ address: { ip: "100.64.0.9" } })).toEqual([409, "address-taken", "address"]);
    expect(await wrong({ address: { ip: "100.64.0.999" } })).toEqual([400, "bad-address", "address"]);
    expect(await wrong({ username: "t-abc" })).toEqual([400, "invalid", "username"]);
    expect(await wrong({ username: "AA:BB:CC:DD:EE:01" })).toEqual([400, "invalid", "username"]);
    expect(await wrong({ username: "weakling", password: "Weakling" })).toEqual([400, "weak-password", "password"]);
    expect(await wrong({ planId: "none" })).toEqual([404, "not-found", "planId"]);
    expect(await wrong({ siteIds: ["none"] })).toEqual([404, "not-found", "siteIds"]);
    // The same private address at another site is another line.
    expect((await wrong({ siteIds: [hill], address: { ip: "100.64.0.9" } }))[0]).toBe(201);
  });

  test("[CUS-02] a suspended customer's lines are off at every site, without the page that takes money; a deleted one's are gone", async () => {
    const [harbour = ""] = places;
    const wanjiru = (await call("POST", "/customers", { name: "Wanjiru" })).body.customerId;
    const free = { billing: "free", freeReason: "Before her subscription" };
    const order = { customerId: wanjiru, planId, siteIds: [harbour], username: "wanjiru", ...free };
    const { accountId } = (await call("POST", "/accounts", order)).body;
    await call("POST", `/customers/${wanjiru}/deactivate`);
    expect(await told(harbour, accountId)).toMatchObject({ suspended: { reason: "" } });
    await call("POST", `/customers/${wanjiru}/activate`);
    expect((await told(harbour, accountId)).suspended).toBeUndefined();
    await call("DELETE", `/customers/${wanjiru}`);
    expect(await told(harbour, accountId)).toBeNull();
  });

  test("[RTR-33] who had an address at a time: by site, time and customer; only for who may, and each answer is in the audit log", async () => {
    const [harbour = "", hill = ""] = places;
    const order = { customerId, planId, siteIds: [harbour], username: "traced" };
    const { accountId } = (await call("POST", "/accounts", order)).body;
    const address = "100.64.7.7";
    const session = (key: string, siteId: string, fromMs: number, toMs: number | null, more: object = {}) => ({
      providerId,
      siteId,
      sessionKey: key,
      username: key,
      address,
      mac: null,
      grantId: `a.${accountId}`,
      service: "pppoe" as const,
      inputBytes: 0,
      outputBytes: 0,
      receivedAtMs: fromMs,
      startedAtMs: fromMs,
      stoppedAtMs: toMs,
      ...more,
    });
    const t0 = hub.world.clock.wall().atMs - 86_400_000;
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("sessions")
        .values([
          session("first", harbour, t0, t0 + 1000),
          session("second", harbour, t0 + 2000, null),
          session("other", hill, t0 - 5000, t0 + 5000, { grantId: "v.b.1", service: null }),
          session("lost", hill, t0 - 900_000, t0 - 300_000, { cause: "lost" }),
        ])
        .execute(),
    );
    const holders = async (atMs: number) => {
      const { body } = await call("GET", `/address-holders?address=${address}&atMs=${atMs}`);
      return body.items.map((item: { user: string; customerName: string | null }) => [item.user, item.customerName]);
    };
    expect(await holders(t0 + 500)).toEqual([
      ["first", "Kamau"],
      ["other", null],
      ["lost", "Kamau"],
    ]);
    expect(await holders(t0 + 1500)).toEqual([
      ["other", null],
      ["lost", "Kamau"],
    ]);
    expect(await holders(t0 + 9_000_000)).toEqual([["second", "Kamau"]]);
    expect(await holders(t0 - 5_000_000)).toEqual([]);
    // Who is online now is not named for a time that has not come.
    expect(await holders(hub.world.clock.wall().atMs + 3_600_000)).toEqual([]);
    const audit = (await call("GET", "/audit?limit=100")).body.items;
    expect(JSON.stringify(audit)).toContain("address-holders");
    // Who paid on a phone has no account: the sale is the way to the number.
    await hub.database().asProvider(providerId, async (tx) => {
      await tx.updateTable("sessions").set({ grantId: "c.sale" }).where("sessionKey", "=", "other").execute();
      await sql`insert into cash_sales (provider_id, site_id, sale_id, seller_id, plan_name, price_cents, commission_cents, currency,
            grant_id, code_end, sold_at_ms, epoch, seq, received_at_ms, phone_masked)
          values (${providerId}, ${hill}, 'sale', 's', 'Hour', 100, 0, 'KES', 'c.sale', '1234', ${t0}, 'e', 1, ${t0}, '2547***678')`.execute(
        tx,
      );
    });
    const paid = (await call("GET", `/address-holders?address=${address}&atMs=${t0 + 500}`)).body.items[1];
    expect(paid).toMatchObject({ user: "other", phone: "2547***678", cashSaleId: `${hill}.sale`, paymentId: null });
    const member = { email: "support@trace.test", name: "S", role: "support", password: "some-long-password" };
    await call("POST", "/users", member);
    const other = await hub.logIn(member.email, member.password);
    const refused = await hub.call("GET", `/api/v1/address-holders?address=${address}&atMs=${t0}`, { token: other });
    expect(refused.status).toBe(403);
  });
});
