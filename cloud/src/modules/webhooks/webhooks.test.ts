/** Webhooks hear of the business: once each, signed, nothing of before, and an address that is dead is switched off. */
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { createEmit } from "../../ground/events/record.ts";
import type { HttpRequest } from "../../ground/http-client/http-call.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { keysAccepted, type TestProvider, useHub } from "../../test-hub.ts";
import { factOf, readRedemption } from "./business-events.ts";
import { createPostEvents } from "./post-events.ts";
import { isSignedBy } from "./webhook-signature.ts";
import { createWebhooks } from "./webhooks.ts";

const hourMs = 3_600_000;
const patience = { timeout: 30_000 };

test.each([
  [{ topic: "payment", action: "paid" }, "payment.received:x"],
  [{ topic: "payment", action: "paid_unreceipted" }, "payment.received:x"],
  [{ topic: "payment", action: "unknown" }, null],
  [{ topic: "grant", action: "opened" }, "grant.made:x"],
  [{ topic: "site", action: "connected" }, "site.online:x:7"],
  [{ topic: "payment", action: "failed" }, "payment.failed:x"],
  [{ topic: "ticket", action: "opened" }, "ticket.opened:x"],
  [{ topic: "ticket", action: "closed" }, "ticket.closed:x:7"],
  [{ topic: "message", action: "failed" }, "message.failed:x"],
  [{ topic: "customer", action: "line-cut" }, "subscription.suspended:x:7"],
  [{ topic: "site", action: "changed" }, null],
])("[SYS-01] the live event %o is told as %s", (live, key) => {
  expect(factOf({ seq: 7, id: "x", ...live })?.key ?? null).toBe(key);
});

test("[SYS-01] a voucher that began is read from what the database noted", () => {
  expect(readRedemption("b-1.42@site-9")).toEqual({ batchId: "b-1", serial: 42, siteId: "site-9" });
  expect(readRedemption("nothing")).toBe(null);
});

engineSuite("webhooks of the business", (engine) => {
  const requests: HttpRequest[] = [];
  let answers = 200;
  /** What is posted to /many is not taken before. */
  let until: Promise<void> = Promise.resolve();
  let whileAsked: (() => Promise<unknown>) | null = null;
  const hub = useHub(engine, {
    http: async (request) => {
      if (!request.url.includes("erp.example.com")) return keysAccepted(request);
      // These go on beside the tests after theirs, which count what they are told themselves.
      if (request.url.endsWith("/many")) {
        await until;
        return { status: 200, body: "" };
      }
      await whileAsked?.();
      requests.push(request);
      if (answers === 0) throw new Error("nobody there");
      return { status: answers, body: "what it says is nobody's business" };
    },
  });
  let provider: TestProvider;
  let webhook: { webhookId: string; secret: string };
  let siteId: string;

  const api = async (method: string, path: string, body?: unknown, status = 200, token = provider.token) => {
    const answer = await hub.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
    expect(answer.status, answer.text).toBe(status);
    return answer.body;
  };
  const happens = (topic: "payment" | "site" | "customer", id: string, action: string) =>
    hub
      .database()
      .asProvider(provider.providerId, (tx) => createEmit(hub.world)(tx, provider.providerId, { topic, id, action }));
  const look = () => {
    const parts = { world: hub.world, database: hub.database(), envelope: hub.envelope };
    const jobs = { send: sendToOutbox(hub.world) } as JobQueue;
    const hooks = createWebhooks({ ...parts, jobs, http: keysAccepted });
    return createPostEvents({ ...parts, webhooks: hooks, sweeps: { add: () => () => {} } }).look();
  };
  const told = () => requests.map(({ body }) => JSON.parse(body ?? "{}") as { event: string; data: object });
  const deliveries = async () => (await api("GET", `/webhook-deliveries?webhookId=${webhook.webhookId}`)).items;

  beforeAll(async () => {
    provider = await hub.makeProvider("Alpha");
    siteId = (await api("POST", "/sites", { name: "Market" }, 201)).site.siteId;
    await api("POST", "/customers", { name: "Before" }, 201);
    webhook = await api(
      "POST",
      "/webhooks",
      { name: "ERP", url: "https://erp.example.com/in", events: ["customer.made", "site.online", "voucher.used"] },
      201,
    );
  });

  test("[SYS-01] a provider has twenty addresses and ten tests an hour, also where several are asked for at once", async () => {
    const { token } = await hub.makeProvider("Many addresses");
    const post = (path: string, body?: object) =>
      hub.call("POST", `/api/v1/webhooks${path}`, { token, ...(body === undefined ? {} : { body }) });
    const add = () => post("", { name: "Copy", url: "https://erp.example.com/many" });
    const all: Awaited<ReturnType<typeof add>>[] = [];
    while (all.length < 18) all.push(await add());
    all.push(...(await Promise.all(Array.from({ length: 6 }, add))));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(20);
    const tests = Array.from({ length: 14 }, () => post(`/${all[0]?.body.webhookId}/test`));
    expect((await Promise.all(tests)).filter(({ status }) => status === 202)).toHaveLength(10);
    // Those of a time when the clock was ahead are not of this hour.
    await hub.database().asPlatform("test", (tx) =>
      tx
        .updateTable("webhook_deliveries")
        .set((row) => ({ createdAtMs: row("createdAtMs", "+", 30_000 * hourMs) }))
        .where("event", "=", "test")
        .execute(),
    );
    expect((await post(`/${all[0]?.body.webhookId}/test`)).status).toBe(202);
  });

  test("[SYS-01] sessions, alarms of sites, tickets and messages are told to who chose them, each once, and noted for nobody else", async () => {
    const other = await hub.makeProvider("Programs");
    const call = (method: string, path: string, body?: object, status = 201) =>
      api(method, path, body, status, other.token);
    const place = (await call("POST", "/sites", { name: "Kiosk" })).site.siteId as string;
    const run = (statement: ReturnType<typeof sql>) =>
      hub.database().asProvider(other.providerId, (tx) => statement.execute(tx));
    const session = (key: string) =>
      run(sql`insert into sessions (provider_id, site_id, session_key, started_at_ms, received_at_ms)
          values (${other.providerId}, ${place}, ${key}, 1000, ${hub.world.clock.wall().atMs}::bigint)`);
    await session("before");
    const events = ["session.started", "session.ended", "alarm.raised", "ticket.opened"];
    await call("POST", "/webhooks", { name: "Panel", url: "https://erp.example.com/panel", events });
    await session("s1");
    await run(
      sql`update sessions set stopped_at_ms = 2000, cause = 'user-request', input_bytes = 5 where provider_id = ${other.providerId} and session_key = 's1'`,
    );
    await run(sql`update sessions set input_bytes = 6 where provider_id = ${other.providerId} and session_key = 's1'`);
    await run(sql`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
        values (${other.providerId}, ${place}, 'e1', 3, 'stick-wears', '{}', 1000, ${hub.world.clock.wall().atMs}::bigint)`);
    await hub
      .database()
      .asProvider(other.providerId, (tx) =>
        createEmit(hub.world)(tx, other.providerId, { topic: "ticket", id: "t1", action: "opened" }),
      );
    expect(await look()).toBe(4);
    expect(await look()).toBe(0);
    const panel = () =>
      requests.filter(({ url }) => url.endsWith("/panel")).map(({ body }) => JSON.parse(body ?? "{}"));
    await vi.waitFor(() => expect(panel()).toHaveLength(4), patience);
    const byEvent = new Map(panel().map(({ event, data }) => [event, data]));
    expect(byEvent.get("session.started")).toMatchObject({ siteId: place, sessionKey: "s1" });
    expect(byEvent.get("session.ended")).toMatchObject({ sessionKey: "s1", cause: "user-request", inputBytes: 6 });
    expect(byEvent.get("alarm.raised")).toEqual({ siteId: place, kind: "stick-wears", atMs: 1000 });
    expect(byEvent.get("ticket.opened")).toEqual({ ticketId: "t1" });
    requests.length = 0;
  });

  test("[SYS-01] what happens is posted once, signed, without names or numbers; what was before, or was not chosen, is not", async () => {
    const { customerId } = await api("POST", "/customers", { name: "Zawadi", phone: "0712345678" }, 201);
    await happens("site", siteId, "connected");
    await happens("site", siteId, "disconnected");
    expect(await look()).toBe(2);
    expect(await look()).toBe(0);
    await vi.waitFor(() => expect(requests).toHaveLength(2), patience);
    expect(told().map(({ event, data }) => [event, data])).toEqual([
      ["customer.made", { customerId }],
      ["site.online", { siteId, name: "Market" }],
    ]);
    const [{ body = "", headers, isTyped } = {} as HttpRequest] = requests;
    expect(isTyped).toBe(true);
    expect(isSignedBy(webhook.secret, body, headers["Karibu-Signature"] ?? "", hub.world.clock.wall().atMs)).toBe(true);
    expect(requests.map((one) => one.body).join()).not.toMatch(/Zawadi|712345678/);
    // The same customer once more, as a replayed event would have it.
    await happens("customer", customerId, "made");
    expect(await look()).toBe(0);
  });

  test("[SYS-01] a voucher that began at a site is posted; nothing is noted of it where nobody listens", async () => {
    const plan = (await api("GET", "/plans")).items[0];
    const { batchId } = await api("POST", "/vouchers/batches", { planId: plan.planId, quantity: 3, siteId }, 201);
    const begin = (serial: number) =>
      hub.database().asProvider(provider.providerId, (tx) =>
        sql`insert into voucher_redemptions (provider_id, batch_id, serial, site_id, grant_id, epoch, seq)
            values (${provider.providerId}, ${batchId}, ${serial}, ${siteId}, ${`v.${serial}`}, 'e', ${serial})`.execute(
          tx,
        ),
      );
    requests.length = 0;
    await begin(0);
    expect(await look()).toBe(1);
    await vi.waitFor(() => expect(requests).toHaveLength(1), patience);
    expect(told()[0]).toMatchObject({ event: "voucher.used", data: { batchId, voucherId: `${batchId}.0`, siteId } });
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { events: ["customer.made"] });
    await begin(1);
    const noted = await hub
      .database()
      .asProvider(provider.providerId, (tx) => tx.selectFrom("webhook_facts").selectAll().execute());
    expect(noted).toEqual([]);
    // Nor of what was noted just before the last one stopped listening.
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { events: ["customer.made", "voucher.used"] });
    await begin(2);
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: false });
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: true });
    expect(await look()).toBe(0);
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { events: ["customer.made"] });
  });

  test("[SYS-01] many events for many addresses are written in pieces: no transaction holds more than a hundred deliveries", async () => {
    const busy = await hub.makeProvider("Busy");
    const seen = Promise.withResolvers<void>();
    until = seen.promise;
    const as = (method: string, path: string, body: unknown) => api(method, path, body, 201, busy.token);
    for (let count = 0; count < 20; count++)
      await as("POST", "/webhooks", {
        name: `W${count}`,
        url: "https://erp.example.com/many",
        events: ["site.online"],
      });
    const { siteId: atSite } = (await as("POST", "/sites", { name: "Much" })).site;
    await hub.database().asProvider(busy.providerId, async (tx) => {
      for (let count = 0; count < 15; count++)
        await createEmit(hub.world)(tx, busy.providerId, { topic: "site", id: atSite, action: "connected" });
    });
    expect(await look()).toBe(300);
    const { rows } = await hub
      .database()
      .asProvider(busy.providerId, (tx) =>
        sql<{ count: number }>`select count(*)::int as count from webhook_deliveries group by xmin::text`.execute(tx),
      );
    expect(rows.length).toBeGreaterThan(0);
    expect(Math.max(...rows.map(({ count }) => count))).toBeLessThanOrEqual(100);
    seen.resolve();
    requests.length = 0;
  });

  test("[SYS-01] who hears again hears of what happens from then on", async () => {
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: false });
    await api("POST", "/customers", { name: "Unheard" }, 201);
    await look();
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: true });
    expect(await look()).toBe(0);
  });

  test("[SYS-01] what is told once is not told again weeks later, when its delivery is long over", async () => {
    const { customerId } = await api("POST", "/customers", { name: "Old" }, 201);
    expect(await look()).toBe(1);
    await vi.waitFor(async () => expect((await deliveries())[0]).toMatchObject({ state: "delivered" }), patience);
    hub.moveClock(40 * 24 * hourMs);
    provider = { ...provider, token: await hub.logIn(provider.ownerEmail, "the-owner-password") };
    await hub.hub().maintenance.runDue();
    await happens("customer", customerId, "made");
    expect(await look()).toBe(0);
  });

  test("[SYS-01] an address that takes nothing is not asked for all that waits for it, and what waits loses no try", async () => {
    answers = 500;
    requests.length = 0;
    await api("POST", "/customers", { name: "First" }, 201);
    await look();
    await vi.waitFor(async () => expect((await deliveries())[0]).toMatchObject({ tries: 1 }), patience);
    for (const name of ["Second", "Third"]) await api("POST", "/customers", { name }, 201);
    expect(await look()).toBe(2);
    const { deliveryId } = await api("POST", `/webhooks/${webhook.webhookId}/test`, undefined, 202);
    const tried = async () =>
      (await deliveries()).find((one: { deliveryId: string }) => one.deliveryId === deliveryId).tries;
    await vi.waitFor(async () => expect(await tried()).toBe(1), patience);
    expect((await deliveries()).slice(1, 3)).toMatchObject([
      { state: "waiting", tries: 0 },
      { state: "waiting", tries: 0 },
    ]);
    expect(told().map(({ event }) => event)).toEqual(["customer.made", "test"]);
    answers = 200;
    // As its owner who has mended it does.
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: true });
  });

  test("[SYS-01] two thousand deliveries wait for a dead address at most, and they wait where they hold nobody else's worker", async () => {
    answers = 500;
    await api("POST", "/customers", { name: "Fails" }, 201);
    await look();
    await vi.waitFor(async () => expect((await deliveries())[0]).toMatchObject({ tries: 1 }), patience);
    await api("POST", "/customers", { name: "Waits" }, 201);
    await look();
    const [resting] = await deliveries();
    const jobsOf = (deliveryId: string) =>
      hub.database().asPlatform("test", async (tx) => {
        const ofIt = sql<boolean>`data ->> 'deliveryId' = ${deliveryId}`;
        return tx.selectFrom("job_outbox").select("name").where(ofIt).execute();
      });
    await vi.waitFor(
      async () => expect(await jobsOf(resting.deliveryId)).toMatchObject([{ name: "notices.webhook-slow" }]),
      patience,
    );
    await hub.database().asPlatform("test", (tx) =>
      sql`insert into webhook_deliveries (provider_id, delivery_id, webhook_id, event, body_sealed, state, created_at_ms, changed_at_ms)
          select provider_id, 'full-' || n, webhook_id, event, body_sealed, 'waiting', 1, 1
          from webhook_deliveries, generate_series(1, 2000) n where delivery_id = ${resting.deliveryId}`.execute(tx),
    );
    await api("POST", "/customers", { name: "Too many" }, 201);
    await look();
    expect((await deliveries())[0]).toMatchObject({ state: "failed", problem: "too many wait", tries: 0 });
    expect(await jobsOf((await deliveries())[0].deliveryId)).toEqual([]);
    // One that takes what it gets, only slower than it comes, loses nothing.
    const setFailing = (failingSinceMs: number | null) =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.updateTable("webhooks").set({ failingSinceMs }).where("webhookId", "=", webhook.webhookId).execute(),
        );
    const since = (await api("GET", `/webhooks/${webhook.webhookId}`)).failingSinceMs;
    await setFailing(null);
    await api("POST", "/customers", { name: "Not too many" }, 201);
    await look();
    expect((await deliveries())[0].problem).not.toBe("too many wait");
    await setFailing(since);
    // A test is what a person asks for, and still tried.
    const { deliveryId } = await api("POST", `/webhooks/${webhook.webhookId}/test`, undefined, 202);
    await vi.waitFor(
      async () =>
        expect((await deliveries()).find((one: { deliveryId: string }) => one.deliveryId === deliveryId)).toMatchObject(
          {
            tries: 1,
          },
        ),
      patience,
    );
    await hub
      .database()
      .asPlatform("test", (tx) => sql`delete from webhook_deliveries where delivery_id like 'full-%'`.execute(tx));
    answers = 200;
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: true });
  });

  test("[SYS-01] an address that is switched off hears nothing more, not even what waits for it", async () => {
    answers = 500;
    await api("POST", "/customers", { name: "Waits" }, 201);
    expect(await look()).toBe(1);
    await vi.waitFor(async () => expect((await deliveries())[0]).toMatchObject({ tries: 1 }), patience);
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: false });
    requests.length = 0;
    hub.moveClock(hourMs);
    provider = { ...provider, token: await hub.logIn(provider.ownerEmail, "the-owner-password") };
    // Any new job wakes those that are due by now.
    await hub.call("POST", "/api/v1/password-reset", { body: { email: provider.ownerEmail } });
    await vi.waitFor(
      async () => expect((await deliveries())[0]).toMatchObject({ state: "failed", problem: "switched off", tries: 1 }),
      patience,
    );
    expect(requests).toEqual([]);
    answers = 200;
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: true });
  });

  test("[TEN-07] nobody lets an address hear of what they may not see", async () => {
    await api("POST", "/roles", { name: "Watchman", permissions: ["alerts.read", "alerts.manage", "sites.read"] }, 201);
    const { items } = await api("GET", "/roles");
    const role = items.find(({ name }: { name: string }) => name === "Watchman");
    const body = { email: "w@alpha.test", name: "W", role: role.role ?? role.roleId, password: "some-long-password" };
    await api("POST", "/users", body, 201);
    const token = await hub.logIn(body.email, body.password);
    const asked = { name: "Mine", url: "https://mine.example.com/", events: ["payment.received"] };
    expect(await api("POST", "/webhooks", asked, 403, token)).toMatchObject({ code: "not-allowed" });
    await api("POST", "/webhooks", { ...asked, events: ["site.offline"] }, 201, token);
    expect(
      await api("PATCH", `/webhooks/${webhook.webhookId}`, { events: ["payment.received"] }, 403, token),
    ).toMatchObject({ code: "not-allowed" });
  });

  test("an address that began to fail while the clock was ahead has failed since now, not since that date", async () => {
    answers = 500;
    const nowMs = hub.world.clock.wall().atMs;
    const { webhookId } = webhook;
    const failingSinceMs = nowMs + 9000 * hourMs;
    await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.updateTable("webhooks").set({ failingSinceMs }).where("webhookId", "=", webhookId).execute(),
      );
    await api("POST", `/webhooks/${webhookId}/test`, undefined, 202);
    await vi.waitFor(
      async () => expect((await deliveries())[0]).toMatchObject({ event: "test", status: 500, tries: 1 }),
      patience,
    );
    expect((await api("GET", `/webhooks/${webhookId}`)).failingSinceMs).toBeLessThan(nowMs + hourMs);
    answers = 200;
    await api("PATCH", `/webhooks/${webhookId}`, { active: true });
  });

  test("[SYS-01] [MSG-09] an address that takes nothing for three days is switched off, with an alarm; its answers are never shown", async () => {
    answers = 500;
    await api("POST", "/customers", { name: "Lost" }, 201);
    await look();
    await vi.waitFor(async () => expect((await deliveries())[0]).toMatchObject({ status: 500, tries: 1 }), patience);
    expect(JSON.stringify(await deliveries())).not.toContain("nobody's business");
    hub.moveClock(73 * hourMs);
    let token = await hub.logIn(provider.ownerEmail, "the-owner-password");
    const standing = () => api("GET", `/webhooks/${webhook.webhookId}`, undefined, 200, token);
    const isTried = async (tries: number) => {
      const [newest] = (await api("GET", "/webhook-deliveries", undefined, 200, token)).items;
      expect(newest).toMatchObject({ event: "test", tries });
    };
    // Whoever switches it on again while it is asked has begun its three days anew.
    whileAsked = async () => {
      whileAsked = null;
      await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: true }, 200, token);
    };
    await api("POST", `/webhooks/${webhook.webhookId}/test`, undefined, 202, token);
    await vi.waitFor(() => isTried(1), patience);
    expect(await standing()).toMatchObject({ active: true, switchedOffAtMs: null });
    hub.moveClock(73 * hourMs);
    token = await hub.logIn(provider.ownerEmail, "the-owner-password");
    await api("POST", `/webhooks/${webhook.webhookId}/test`, undefined, 202, token);
    await vi.waitFor(
      async () =>
        expect(await api("GET", `/webhooks/${webhook.webhookId}`, undefined, 200, token)).toMatchObject({
          active: false,
          switchedOffAtMs: expect.any(Number),
        }),
      patience,
    );
    const open = async () =>
      (await api("GET", "/alarms?limit=100", undefined, 200, token)).items.map(({ kind }: { kind: string }) => kind);
    expect(await open()).toContain("webhook-switched-off");
    await api("PATCH", `/webhooks/${webhook.webhookId}`, { active: true }, 200, token);
    expect(await open()).not.toContain("webhook-switched-off");
  });
});
