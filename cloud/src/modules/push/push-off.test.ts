/** A hub that is run without pushes, at which a browser was switched on before. */
import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [] });
const run = (query: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => query.execute(tx));

test("[SYS-27] [MSG-07] an alarm is told to no browser but by letter, and a push that was on its way is given up", async () => {
  const { providerId, token, ownerEmail } = await hub.makeProvider("Small");
  const call = askerOf(hub, () => token);
  expect((await call("GET", "/user/push")).status).toBe(404);
  const atMs = hub.world.clock.wall().atMs;
  await run(sql`insert into push_subscriptions (provider_id, login_id, user_id, service, address_sealed, keys_sealed, created_at_ms)
    select provider_id, login_id, user_id, 'Google', '', '', 1 from logins where provider_id = ${providerId}`);
  await run(sql`insert into push_deliveries (provider_id, delivery_id, login_id, body_sealed, topic, is_urgent, state, created_at_ms, changed_at_ms)
    values (${providerId}, 'd1', 'l', '', 't', true, 'waiting', ${atMs}::bigint, ${atMs}::bigint)`);
  const { siteId } = (await call("POST", "/sites", { name: "Kiosk" })).body.site;
  await run(
    sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms) values (${providerId}, ${siteId}, 'key', 1)`,
  );
  await run(sql`update providers set created_at_ms = 1 where provider_id = ${providerId}`);
  await run(
    sql`insert into site_links (provider_id, site_id, disconnected_at_ms) values (${providerId}, ${siteId}, ${atMs - 1_200_000}::bigint)`,
  );
  await hub.hub().alerts.look();
  await vi.waitFor(() => expect(hub.letters().filter(({ to }) => to === ownerEmail)).not.toEqual([]));
  const { items } = (await call("GET", "/alarm-notices")).body;
  expect(items.map(({ way }: { way: string }) => way)).toEqual(["email"]);
  await hub.hub().maintenance.runDue();
  const { rows } = await run(sql`select state from push_deliveries where provider_id = ${providerId}`);
  expect(rows).toEqual([{ state: "failed" }]);
});
