/** A hub that is run without webhooks, at which some listened before. */
import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { createEmit } from "../../ground/events/record.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [], fromNoon: true });
const run = (query: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => query.execute(tx));

async function openWithWebhook(name: string, events: readonly string[]) {
  const provider = await hub.makeProvider(name);
  const { siteId } = (await hub.call("POST", "/api/v1/sites", { token: provider.token, body: { name: "Kiosk" } })).body
    .site;
  await run(sql`insert into webhooks (provider_id, webhook_id, name, url_sealed, host, secret_sealed, active, created_at_ms, updated_at_ms, events)
    values (${provider.providerId}, 'w1', 'Pager', '', 'h', '', true, 1, 1, ${JSON.stringify(events)})`);
  await run(sql`insert into webhook_cursors (provider_id, seq) values (${provider.providerId}, 0)`);
  return { ...provider, siteId };
}

test("[SYS-27] what happens meanwhile is gathered for nobody, and told to nobody when webhooks are on again", async () => {
  const { providerId, siteId } = await openWithWebhook("Small", ["site.online", "voucher.used"]);
  await hub
    .database()
    .asProvider(providerId, (tx) =>
      createEmit(hub.world)(tx, providerId, { topic: "site", id: siteId, action: "connected" }),
    );
  await run(sql`insert into webhook_facts (provider_id, event, thing) values (${providerId}, 'voucher.used', 'b.1@s')`);
  await run(sql`insert into webhook_deliveries (provider_id, delivery_id, webhook_id, event, body_sealed, state, created_at_ms, changed_at_ms, event_key)
    values (${providerId}, 'd1', 'w1', 'customer.made', '', 'waiting', 1, 1, 'customer.made:x')`);
  await hub.hub().maintenance.runDue();
  const { rows } =
    await run(sql`select (select count(*)::int from webhook_facts where provider_id = ${providerId}) as facts,
      (select seq from webhook_cursors where provider_id = ${providerId}) = (select last_seq from event_counters where provider_id = ${providerId}) as up_to_now,
      (select state from webhook_deliveries where provider_id = ${providerId}) as waits`);
  expect(rows).toEqual([{ facts: 0, upToNow: true, waits: "waiting" }]);
});

test("[SYS-27] [MSG-09] an alarm that only a webhook would hear of is told to the owners, also one that waits for its address", async () => {
  const { providerId, siteId, token, ownerEmail } = await openWithWebhook("Watched", []);
  const call = askerOf(hub, () => token);
  await run(
    sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms) values (${providerId}, ${siteId}, 'key', 1)`,
  );
  await run(sql`update providers set created_at_ms = 1 where provider_id = ${providerId}`);
  await call("PATCH", "/alarm-rules/first", { active: false });
  const rule = await call("POST", "/alarm-rules", {
    ...{ name: "Pager", active: true, kinds: ["site-silent"], graveOnly: true, siteIds: null, afterMs: 0, wakes: true },
    ...{ tellsEnd: false, to: { owners: false, userIds: [], phones: [], webhookIds: ["w1"] } },
    ...{ escalateAfterMs: null, escalateTo: null },
  });
  expect(rule.status, rule.text).toBe(201);
  await run(sql`update alert_rules set created_at_ms = 1 where provider_id = ${providerId}`);
  const atMs = hub.world.clock.wall().atMs;
  await run(
    sql`insert into site_links (provider_id, site_id, disconnected_at_ms) values (${providerId}, ${siteId}, ${atMs - 600_000}::bigint)`,
  );
  // As the hub left it when the module was switched off: told, and not yet taken.
  await hub.hub().alerts.look();
  await run(sql`insert into webhook_deliveries (provider_id, delivery_id, webhook_id, event, body_sealed, state, created_at_ms, changed_at_ms)
    values (${providerId}, 'd1', 'w1', 'alarm.begun', '', 'waiting', 1, 1)`);
  await run(sql`insert into alert_notices (provider_id, notice_id, what, way, to_masked, sent_as, at_ms)
    values (${providerId}, 'n1', 'begun', 'webhook', 'w1', 'd1', ${atMs}::bigint)`);
  await run(sql`insert into alert_notice_causes (provider_id, notice_id, alert_id)
    select provider_id, 'n1', alert_id from alerts where provider_id = ${providerId}`);
  const told = () => hub.letters().filter(({ to, subject }) => to === ownerEmail && subject.includes("Still"));
  await hub.hub().alerts.look();
  expect(told()).toEqual([]);
  expect((await call("GET", "/alarm-notices")).body.items).toMatchObject([{ to: "Pager", state: "waiting" }]);
  hub.moveClock(5 * 60_000);
  await hub.hub().maintenance.runDue();
  expect((await call("GET", "/alarm-notices")).body.items).toMatchObject([{ to: "Pager", state: "failed" }]);
  await hub.hub().alerts.look();
  await vi.waitFor(() => expect(told()).toHaveLength(1));
});
