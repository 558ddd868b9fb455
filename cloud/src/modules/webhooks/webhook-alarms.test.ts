/** Webhooks hear of alarms by rules that name them; and what each was sent is kept for a time. */
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpRequest } from "../../ground/http-client/http-call.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { isSignedBy } from "./webhook-signature.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
const patience = { timeout: 20_000, interval: 20 };

engineSuite("alarms at webhooks", (engine) => {
  const posted: HttpRequest[] = [];
  const hub = useHub(engine, {
    fromNoon: true,
    http: async (request) => {
      posted.push(request);
      return { status: 500, body: "" };
    },
  });
  let provider: TestProvider;
  let siteId = "";
  let webhook = { webhookId: "", secret: "" };
  const nowMs = () => hub.world.clock.wall().atMs;
  const run = (query: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => query.execute(tx));
  const api = async (method: string, path: string, body?: unknown, status = 200) => {
    const { token } = provider;
    const answer = await hub.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
    expect([path, answer.status], answer.text).toEqual([path, status]);
    return answer.body;
  };
  const deliveries = async () => (await api("GET", `/webhook-deliveries?webhookId=${webhook.webhookId}`)).items;
  const rule = (webhookIds: readonly string[]) => ({
    ...{ name: "Night watch", active: true, kinds: ["site-silent"], graveOnly: true, siteIds: null, afterMs: 0 },
    ...{ wakes: true, tellsEnd: false, to: { owners: false, userIds: [], phones: [], webhookIds } },
    ...{ escalateAfterMs: null, escalateTo: null },
  });

  beforeAll(async () => {
    provider = await hub.makeProvider("Alpha");
    ({ siteId } = (await api("POST", "/sites", { name: "Market" }, 201)).site);
    await run(sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
        values (${provider.providerId}, ${siteId}, 'key', 1)`);
    await run(sql`update providers set created_at_ms = 1 where provider_id = ${provider.providerId}`);
    // Who hears of a silent site is the test's own rule.
    await api("PATCH", "/alarm-rules/first", { active: false });
  });

  test("[MSG-06] a rule tells a webhook that is there: signed, and tried again until it is taken; its address is told to nobody", async () => {
    const pager = { name: "Our pager", url: "https://pager.example.com/in?key=4hush4" };
    webhook = await api("POST", "/webhooks", pager, 201);
    expect(JSON.stringify(await api("GET", "/webhooks"))).not.toMatch(/4hush4|secret/);
    const audit = await api("GET", "/audit?action=POST%20%2Fapi%2Fv1%2Fwebhooks");
    expect(audit.items).toMatchObject([{ target: webhook.webhookId, detail: { body: { name: "Our pager" } } }]);
    expect(JSON.stringify(audit)).not.toContain("4hush4");
    expect(await api("POST", "/alarm-rules", rule([webhook.webhookId, "nowhere"]), 400)).toMatchObject({
      field: "to.webhookIds",
      value: "nowhere",
    });
    await api("POST", "/alarm-rules", rule([webhook.webhookId]), 201);
    await run(sql`update alert_rules set created_at_ms = 1 where provider_id = ${provider.providerId}`);
    await run(sql`insert into site_links (provider_id, site_id, disconnected_at_ms)
        values (${provider.providerId}, ${siteId}, ${nowMs() - 6 * minuteMs}::bigint)`);
    await hub.hub().alerts.look();
    await vi.waitFor(() => expect(posted).toHaveLength(1), patience);
    const [request] = posted as [HttpRequest];
    expect(request).toMatchObject({ url: "https://pager.example.com/in?key=4hush4", isTyped: true });
    const signature = request.headers["Karibu-Signature"] ?? "";
    expect(isSignedBy(webhook.secret, request.body ?? "", signature, nowMs())).toBe(true);
    expect(isSignedBy(webhook.secret, `${request.body} `, signature, nowMs())).toBe(false);
    expect(isSignedBy(webhook.secret, request.body ?? "", signature, nowMs() + 6 * minuteMs)).toBe(false);
    expect(JSON.parse(request.body ?? "")).toMatchObject({
      event: "alarm.begun",
      data: { alarms: [{ kind: "site-silent", siteId, where: "Market" }] },
    });
    await vi.waitFor(
      async () => expect(await deliveries()).toMatchObject([{ state: "waiting", status: 500, tries: 1 }]),
      patience,
    );
    const again = await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("job_outbox").selectAll().where("name", "=", "notices.webhook").execute(),
      );
    expect(again).toHaveLength(1);
    expect((await api("GET", "/alarm-notices")).items).toMatchObject([
      { way: "webhook", to: "Our pager", state: "waiting" },
    ]);
  });

  test("[MSG-09] where no webhook takes it, the owners hear of it at once by e-mail", async () => {
    await run(sql`update webhook_deliveries set state = 'failed' where state = 'waiting'`);
    expect((await api("GET", "/alarm-notices")).items).toMatchObject([{ way: "webhook", state: "failed" }]);
    const before = hub.letters().length;
    await hub.hub().alerts.look();
    await vi.waitFor(
      () =>
        expect(
          hub
            .letters()
            .slice(before)
            .map(({ subject }) => subject),
        ).toEqual(["Alpha: Still - The site is silent: Market"]),
      patience,
    );
  });

  test("[SYS-01] ten tests an hour of one address; one in a network of ours is not taken", async () => {
    const { webhookId } = await api("POST", "/webhooks", { name: "Tried", url: "https://tried.example.com/" }, 201);
    for (let at = 0; at < 10; at++) await api("POST", `/webhooks/${webhookId}/test`, undefined, 202);
    expect(await api("POST", `/webhooks/${webhookId}/test`, undefined, 429)).toMatchObject({
      code: "too-many-tries",
    });
    for (const url of ["http://pager.example.com/", "https://10.0.0.1/", "https://localhost/"])
      await api("POST", "/webhooks", { name: "x", url }, 400);
  });

  test("[SYS-10] what a webhook was sent is kept for 30 days, that it was told of an event for 400", async () => {
    const { providerId } = await hub.makeProvider("Hooked");
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().alone("write", async (run) => {
      await run(`insert into webhooks (provider_id, webhook_id, name, url_sealed, host, secret_sealed, active, created_at_ms, updated_at_ms)
          values ('${providerId}', 'w', 'W', '', 'h', '', true, 1, 1)`);
      const delivery = (id: string, days: number, state: string, key: string | null) =>
        run(`insert into webhook_deliveries (provider_id, delivery_id, webhook_id, event, body_sealed, state, created_at_ms, changed_at_ms, event_key)
            values ('${providerId}', '${id}', 'w', 'e', 'b', '${state}', ${nowMs - days * dayMs}, 1, ${key === null ? "null" : `'${key}'`})`);
      await delivery("young", 29, "delivered", "payment.1");
      await delivery("month", 31, "delivered", "payment.2");
      await delivery("waits", 31, "waiting", "payment.3");
      await delivery("year", 401, "failed", "payment.4");
      await delivery("site", 31, "delivered", "site.1");
      await delivery("test", 31, "delivered", null);
    });
    hub.moveClock(3_600_001);
    await hub.hub().maintenance.runDue();
    const left = await hub.database().asProvider(providerId, (tx) =>
      tx
        .selectFrom("webhook_deliveries")
        .select(["deliveryId as id", sql<boolean>`body_sealed is not null`.as("body")])
        .orderBy("deliveryId")
        .execute(),
    );
    expect(left).toEqual([
      { id: "month", body: false },
      { id: "waits", body: true },
      { id: "young", body: true },
    ]);
  });
});
