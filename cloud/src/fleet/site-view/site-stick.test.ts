import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { hubSuite, type TestProvider } from "../../test-hub.ts";

const dayMs = 86_400_000;

hubSuite("the stick of a site as its page shows it", (hub) => {
  let provider: TestProvider;
  let siteId = "";
  const nowMs = Date.UTC(2026, 10, 20, 12);
  const run = (query: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => query.execute(tx));
  const stick = async () => (await hub.call("GET", `/api/v1/sites/${siteId}`, { token: provider.token })).body.stick;
  const report = (epoch: string, receivedAtMs: number) =>
    run(sql`update site_links set epoch = ${epoch}, last_record_received_at_ms = ${receivedAtMs}::bigint
        where site_id = ${siteId}`);

  beforeAll(async () => {
    provider = await hub.makeProvider("Alpha");
    const { token, providerId } = provider;
    siteId = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Market square" } })).body.site.siteId;
    await run(sql`insert into site_links (provider_id, site_id, epoch, last_record_received_at_ms)
        values (${providerId}, ${siteId}, 'e1', ${nowMs}::bigint)`);
  });

  test("[BEY-13] what the agent said of it lately counts, until a new stick begins a new epoch", async () => {
    expect(await stick()).toBeNull();
    await run(sql`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
        values (${provider.providerId}, ${siteId}, 'e1', 5, 'stick-wears', '{"weeks":4,"because":"slow"}',
          ${nowMs}::bigint, ${nowMs}::bigint)`);
    expect(await stick()).toEqual({ weeks: 4, because: "slow" });
    await report("e1", nowMs + 7 * dayMs);
    expect(await stick()).toEqual({ weeks: 4, because: "slow" });
    await report("e1", nowMs + 9 * dayMs); // it is said again each week, so it is over
    expect(await stick()).toBeNull();
    await report("e2", nowMs + dayMs);
    expect(await stick()).toBeNull();
  });

  test("[BEY-12] a stick that is gone, full or broken is an open alarm of its site, until it writes again", async () => {
    const open = async () =>
      (await hub.call("GET", "/api/v1/alarms?kind=site-disk-refuses", { token: provider.token })).body.items;
    await run(sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
        values (${provider.providerId}, ${siteId}, 'key', 1)`);
    expect(await open()).toEqual([]);
    await run(sql`update site_links set disk = 'refuses', disk_since_ms = ${nowMs}::bigint where site_id = ${siteId}`);
    expect(await open()).toMatchObject([{ siteId, severity: "wrong", state: "open", atMs: nowMs }]);
    await run(sql`update site_links set disk = 'ok' where site_id = ${siteId}`);
    expect(await open()).toEqual([]);
  });

  test("an alarm of another shape shows nothing", async () => {
    await report("e1", nowMs);
    await run(sql`update alarms set fields = '{"weeks":"<b>"}' where site_id = ${siteId}`);
    expect(await stick()).toBeNull();
  });
});
