/** A hub that is run without the platform's billing: nobody begins to owe, and an admin opens what was shut. */
import { type RawBuilder, sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { type TestHub, useHub } from "../../test-hub.ts";

describe("[SYS-27] a hub without the platform's billing", () => {
  const whole = useHub(anyEngine);
  const hub = useHub(anyEngine, { modules: [] });
  const asPlatform = (of: TestHub, statement: RawBuilder<unknown>) =>
    of.database().asPlatform("test", (tx) => statement.execute(tx));

  test("a new provider begins with no plan, and its limits are the hub's; with it, with the plan for new ones", async () => {
    const begun: unknown[] = [];
    for (const of of [whole, hub]) {
      await of.adminToken(); // the platform is there
      await asPlatform(
        of,
        sql`insert into platform_plans (provider_id, plan_id, name, price_cents, currency, every_months, trial_days, limits, active, for_new, created_at_ms, updated_at_ms)
          values ('platform', 'small', 'Small', 100000, 'KES', 1, 14, '{"sites": 1}', true, true, 1, 1)`,
      );
      const { providerId, token } = await of.makeProvider("Newcomer");
      const { rows } = await asPlatform(
        of,
        sql`select plan_id from platform_subscriptions where provider_id = ${providerId}`,
      );
      const add = (name: string) => of.call("POST", "/api/v1/sites", { token, body: { name } });
      begun.push([rows, (await add("One")).status, (await add("Two")).status]);
    }
    expect(begun).toEqual([
      [[{ planId: "small" }], 201, 409],
      [[], 201, 201],
    ]);
  });

  test("what was shut for who owed the platform is opened by an admin who reactivates the provider; with it, by what is paid or forgiven alone", async () => {
    const seen: string[][] = [];
    for (const of of [whole, hub]) {
      const { providerId, token } = await of.makeProvider("Owing");
      const asAdmin = { token: await of.adminToken() };
      await asPlatform(
        of,
        sql`update providers set arrears_at_ms = 1, sales_stopped_at_ms = 1, no_way_to_pay_at_ms = 1 where provider_id = ${providerId}`,
      );
      const addCustomer = async (): Promise<string> => {
        const { code = "open", detail = "" } = (
          await of.call("POST", "/api/v1/customers", { token, body: { name: "Juma" } })
        ).body;
        // Where there is no page that says what is owed, none is named.
        const leadsTo = { page: "Settings, Karibu plan", people: "Ask the people who run this hub" };
        return [
          code,
          ...Object.entries(leadsTo).flatMap(([name, words]) => (detail.includes(words) ? [name] : [])),
        ].join(" ");
      };
      const before = await addCustomer();
      const again = await of.call("POST", `/api/v1/providers/${providerId}/reactivate`, asAdmin);
      expect(again.status, again.text).toBe(200);
      const { rows } = await asPlatform(
        of,
        sql`select sales_stopped_at_ms is null as sells from providers where provider_id = ${providerId}`,
      );
      const { parts } = (await of.call("GET", "/api/v1/platform/health", asAdmin)).body;
      const isUnwell = parts.some(({ name }: { name: string }) => name === "subscriptions");
      seen.push([before, await addCustomer(), JSON.stringify(rows), isUnwell ? "nobody can be paid" : "well"]);
    }
    const shut = "provider-in-arrears page";
    expect(seen).toEqual([
      [shut, shut, '[{"sells":false}]', "nobody can be paid"],
      ["provider-in-arrears people", "open", '[{"sells":true}]', "well"],
    ]);
  });

  test("days without it are not among the days after a notice: when it is on again nobody is shut at once for what they had no page to pay on", async () => {
    const seen: unknown[] = [];
    for (const of of [whole, hub]) {
      const [{ providerId: told }, { providerId: free }] = [
        await of.makeProvider("Told"),
        await of.makeProvider("Free"),
      ];
      await asPlatform(
        of,
        sql`insert into platform_notices (provider_id, period, ordinal, sent_at_ms) values (${told}, 0, 3, 1)`,
      );
      await asPlatform(
        of,
        sql`insert into platform_subscriptions (provider_id, plan_id, anchor_ms, every_months, utc_offset_minutes, created_at_ms)
          values (${told}, 'small', 8000000000000, 1, 180, 1) on conflict do nothing`,
      );
      await of.hub().maintenance.runDue();
      const { rows } = await asPlatform(
        of,
        sql`select provider_id, no_way_to_pay_at_ms from providers where provider_id in (${told}, ${free}) and no_way_to_pay_at_ms is not null`,
      );
      const nowMs = of.world.clock.wall().atMs;
      seen.push(
        (rows as { providerId: string; noWayToPayAtMs: number }[]).map(
          ({ providerId: id, noWayToPayAtMs: sinceMs }) => [id === told, nowMs - sinceMs < 60_000],
        ),
      );
    }
    expect(seen).toEqual([[], [[true, true]]]);
    // On again, ten days later.
    const dayMs = 86_400_000;
    await asPlatform(
      whole,
      sql`update providers set no_way_to_pay_at_ms = ${whole.world.clock.wall().atMs - 10 * dayMs}::bigint where name = 'Told'`,
    );
    whole.moveClock(dayMs / 2);
    await whole.hub().maintenance.runDue();
    const { rows } = await asPlatform(
      whole,
      sql`select p.no_way_to_pay_at_ms as since, n.waived_ms / ${dayMs}::bigint as days from providers p join platform_notices n using (provider_id)`,
    );
    expect(rows).toEqual([{ since: null, days: 10 }]);
  });

  test("that an invoice was paid waits for when it is on again; of a provider that was purged nothing is left to wait for", async () => {
    const { providerId } = await hub.makeProvider("Paid");
    const nowMs = hub.world.clock.wall().atMs;
    await asPlatform(
      hub,
      sql`insert into platform_charges (provider_id, period, plan_id, plan_name, amount_cents, currency, every_months, from_ms, until_ms, due_at_ms, invoice_id, created_at_ms)
        values (${providerId}, 0, 'small', 'Small', 1, 'KES', 1, 1, 2, 2, 'theirs', 1)`,
    );
    for (const invoiceId of ["theirs", "of-purged"])
      await asPlatform(
        hub,
        sql`insert into job_outbox (job_id, name, data, run_at_ms, created_at_ms, state)
          values (${invoiceId}, 'subscriptions.platform-invoice-paid', ${JSON.stringify({ invoiceId })}, ${nowMs - 1000}, ${nowMs - 1000}, 'waiting')`,
      );
    await vi.waitFor(async () => {
      await hub.wakeJobs();
      const { rows } = await asPlatform(
        hub,
        sql`select data, run_at_ms > ${nowMs}::bigint as "isLater" from job_outbox where name = 'subscriptions.platform-invoice-paid'`,
      );
      expect(rows).toEqual([{ data: { invoiceId: "theirs" }, isLater: true }]);
    });
  });
});
