/** A message to a group: looked at, sent in stages, stopped. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { usualMessageRules } from "../../messaging/message-rules.ts";
import { takesTexts } from "../../messaging/test-gateway.ts";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";

const patience = { timeout: 15_000, interval: 40 };

describe("[MSG-11] messages to groups", { timeout: 60_000 }, () => {
  const gateway = takesTexts();
  const { texts } = gateway;
  const hub = useHub(anyEngine, { http: gateway.http });
  let provider: TestProvider;
  let siteId = "";
  const call = askerOf(hub, () => provider.token);
  const later = async (byMs: number) => {
    hub.moveClock(byMs);
    await hub.wakeJobs();
  };
  const open = { quietFromMinute: 0, quietUntilMinute: 0, marketingFromMinute: 0, marketingUntilMinute: 1440 };
  const words = "{provider}: {name}, we work on the mast tonight.";

  beforeAll(async () => {
    provider = await hub.makeProvider("Mass");
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    const sender = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU" };
    await call("POST", "/message-senders", { ...sender, baseUrl: "https://sms.example.com" });
    await call("PUT", "/message-rules", { ...usualMessageRules, ...open, partPriceMillicents: 90_000 });
    for (let n = 0; n < 60; n++)
      await call("POST", "/customers", {
        name: `Customer ${n}`,
        phone: `07110002${String(n).padStart(2, "0")}`,
        siteId,
      });
    await call("POST", "/customers", { name: "Without phone", siteId });
    await call("POST", "/customers", { name: "Elsewhere", phone: "0711000399" });
  });

  test("the preview counts and costs; what differs from it is refused, and what is sent is sent in stages, once", async () => {
    const order = { who: { by: "site", siteId }, class: "service", words };
    const { body: preview } = await call("POST", "/group-messages/preview", order);
    expect(preview).toEqual({
      count: 60,
      withoutPhone: 1,
      withoutConsent: 0,
      parts: 60,
      costMillicents: 5_400_000,
      currency: "KES",
      text: "Mass: Customer 0, we work on the mast tonight.",
    });
    const send = (count: number, costMillicents: number) =>
      call("POST", "/group-messages", { ...order, count, costMillicents });
    expect((await send(59, 5_400_000)).body).toMatchObject({ code: "group-changed" });
    expect((await send(60, 1)).body).toMatchObject({ code: "group-changed" });
    expect((await call("POST", "/group-messages/preview", { ...order, words: "{code}" })).body).toMatchObject({
      rule: "unknown-variable",
    });
    const made = await send(60, 5_400_000);
    expect(made.body).toMatchObject({ count: 60, state: "sending", madeBy: expect.any(String) });
    const group = async () => (await call("GET", `/group-messages/${made.body.groupId}`)).body;
    await vi.waitFor(
      async () => expect(await group()).toMatchObject({ state: "sending", queued: 50, sent: 50 }),
      patience,
    );
    await later(6000);
    await vi.waitFor(
      async () => expect(await group()).toMatchObject({ state: "done", queued: 60, sent: 60 }),
      patience,
    );
    expect(new Set(texts).size).toBe(60);
  });

  test("a site's group has also those who have a line there and belong to no site, once, while it is on", async () => {
    const hill = (await call("POST", "/sites", { name: "Hill" })).body.site.siteId;
    const customer = async (name: string, phone: string, more: object = {}) =>
      (await call("POST", "/customers", { name, phone, ...more })).body.customerId;
    const planId = (
      await call("POST", "/plans", { name: "A day", priceCents: 5000, terms: { validitySeconds: 86_400 } })
    ).body.planId;
    const lineOf = (customerId: string, username: string) =>
      call("POST", "/accounts", {
        ...{ customerId, username, password: "a-long-password", siteIds: [hill], planId },
        ...{ billing: "free", freeReason: "staff" },
      });
    const taken = await lineOf(await customer("Taken over", "0711000401"), "taken.over");
    expect(taken.status, taken.text).toBe(201);
    await lineOf(await customer("Both", "0711000402", { siteId: hill }), "both");
    const count = async () => {
      const order = { who: { by: "site", siteId: hill }, class: "service", words };
      return (await call("POST", "/group-messages/preview", order)).body.count;
    };
    expect(await count()).toBe(2);
    expect((await call("PATCH", `/accounts/${taken.body.accountId}`, { active: false })).status).toBe(200);
    expect(await count()).toBe(1);
  });

  test("marketing goes to those alone who agreed, with the way out of it; stopped, it goes to nobody more", async () => {
    const customers = (await call("GET", "/customers?limit=3&sort=name&q=Customer")).body.items;
    const customerIds = customers.map(({ customerId }: { customerId: string }) => customerId);
    const order = { who: { by: "chosen", customerIds }, class: "marketing", words: "Half price, {name}!" };
    const preview = async () => (await call("POST", "/group-messages/preview", order)).body;
    expect(await preview()).toMatchObject({ count: 0, withoutConsent: 3, text: null });
    const agreed = { channel: "sms", class: "marketing", allowed: true, said: "on the form" };
    for (const customerId of customerIds.slice(0, 2)) await call("POST", `/customers/${customerId}/consents`, agreed);
    const { count, costMillicents, text } = await preview();
    expect([count, text]).toEqual([2, expect.stringMatching(/^Half price, Customer \d+! STOP \*456\*9\*5#$/)]);
    gateway.isDown = true;
    const before = texts.length;
    const { body: made } = await call("POST", "/group-messages", { ...order, count, costMillicents });
    await vi.waitFor(async () => {
      const { items } = (await call("GET", "/messages?state=waiting")).body;
      expect(items.filter(({ tries }: { tries: number }) => tries > 0)).toHaveLength(2);
    }, patience);
    expect((await call("POST", `/group-messages/${made.groupId}/stop`)).body).toMatchObject({ state: "stopped" });
    gateway.isDown = false;
    await later(60_000);
    await vi.waitFor(
      async () =>
        expect((await call("GET", `/group-messages/${made.groupId}`)).body).toMatchObject({ skipped: 2, sent: 0 }),
      patience,
    );
    expect(texts.length).toBe(before);
  });

  test("one that stood still for days, as where its hub was run without messages to groups, goes to nobody more", async () => {
    const { providerId } = provider;
    const { customerId } = (await call("GET", "/customers?limit=1&sort=name&q=Customer")).body.items[0];
    const begun = async (groupId: string, hoursAgo: number) => {
      const atMs = hub.world.clock.wall().atMs - hoursAgo * 3_600_000;
      await hub.database().asProvider(providerId, async (tx) => {
        await sql`insert into group_messages (provider_id, group_id, class, words, who, count, state, made_by, idempotency_key, made_at_ms, changed_at_ms)
          values (${providerId}, ${groupId}, 'service', 'We work on the mast tonight.', '{"by":"all"}', 1, 'sending', 'Asha', ${groupId}, ${atMs}::bigint, 1)`.execute(
          tx,
        );
        await sql`insert into group_recipients (provider_id, group_id, customer_id, state) values (${providerId}, ${groupId}, ${customerId}, 'waiting')`.execute(
          tx,
        );
        await sql`insert into job_outbox (job_id, name, data, run_at_ms, created_at_ms, state)
          values (${groupId}, 'notices.group', ${JSON.stringify({ providerId, groupId })}::jsonb, 1, 1, 'waiting')`.execute(
          tx,
        );
      });
      await hub.wakeJobs();
    };
    const state = async (groupId: string) => (await call("GET", `/group-messages/${groupId}`)).body;
    await begun("old", 49);
    await vi.waitFor(async () => expect(await state("old")).toMatchObject({ state: "stopped", queued: 0 }), patience);
    await begun("young", 47);
    await vi.waitFor(async () => expect(await state("young")).toMatchObject({ state: "done", queued: 1 }), patience);
  });

  test("a sixth message to a group within an hour is refused", async () => {
    const order = { who: { by: "all" }, class: "service", words: "Hi" };
    const { count, costMillicents } = (await call("POST", "/group-messages/preview", order)).body;
    // All at once: each counts those before it.
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => call("POST", "/group-messages", { ...order, count, costMillicents })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429]);
    expect(answers.find(({ status }) => status === 429)?.body).toMatchObject({ code: "groups-too-often" });
  });

  test("messages to groups that a clock dated years ahead hold no later one back", async () => {
    const yearsMs = 3 * 365 * 86_400_000;
    await hub.database().asProvider(provider.providerId, (tx) =>
      tx
        .updateTable("group_messages")
        .set((row) => ({ madeAtMs: row("madeAtMs", "+", yearsMs) }))
        .execute(),
    );
    const order = { who: { by: "all" }, class: "service", words: "Hi" };
    const { count, costMillicents } = (await call("POST", "/group-messages/preview", order)).body;
    expect((await call("POST", "/group-messages", { ...order, count, costMillicents })).status).toBe(201);
  });

  longTest("a group that is too big is refused, and not cut", async () => {
    await hub.database().asPlatform("test", (tx) =>
      sql`insert into customers (provider_id, customer_id, name, active, created_at_ms, updated_at_ms)
        select ${provider.providerId}, 'c' || n, 'Many', true, 1, 1 from generate_series(1, 20000) n`.execute(tx),
    );
    const order = { who: { by: "all" }, class: "service", words: "Hi" };
    const { body } = await call("POST", "/group-messages/preview", order);
    expect(body).toMatchObject({ status: 409, code: "group-too-big" });
  });
});
