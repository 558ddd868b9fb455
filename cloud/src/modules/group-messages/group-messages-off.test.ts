/** A hub that is run without messages to groups, in which one was under way. */
import { sql } from "kysely";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";

describe("[SYS-27] a hub without messages to groups", () => {
  const hub = useHub(anyEngine, { modules: [] });
  let provider: TestProvider;
  let customerId = "";
  const call = askerOf(hub, () => provider.token);
  const run = (statement: ReturnType<typeof sql>) =>
    hub.database().asProvider(provider.providerId, (tx) => statement.execute(tx));
  const count = async (table: string) => {
    const { rows } = await run(sql`select count(*)::int as count from ${sql.table(table)}`);
    return (rows[0] as { count: number }).count;
  };

  beforeAll(async () => {
    provider = await hub.makeProvider("Small");
    ({ customerId } = (await call("POST", "/customers", { name: "Amina", phone: "0712345678" })).body);
    const p = provider.providerId;
    await run(sql`insert into group_messages (provider_id, group_id, class, words, who, count, state, made_by, idempotency_key, made_at_ms, changed_at_ms)
      values (${p}, 'g1', 'service', 'Hello', '{"by":"all"}', 1, 'sending', 'Asha', 'k1', 1, 1)`);
    await run(
      sql`insert into group_recipients (provider_id, group_id, customer_id, state) values (${p}, 'g1', ${customerId}, 'waiting')`,
    );
  });

  test("a text of a group that waits is not sent: nobody could stop it", async () => {
    const message = {
      providerId: provider.providerId,
      event: "group/g1",
      template: "group",
      phone: "254712345678",
      text: "Hello",
    } as const;
    await hub
      .database()
      .asProvider(provider.providerId, (tx) => hub.hub().messaging.send(tx, { ...message, customerId }));
    await vi.waitFor(async () => {
      await hub.wakeJobs();
      const { items } = (await call("GET", "/messages")).body;
      expect(items[0]).toMatchObject({ template: "group", state: "skipped" });
    });
  });

  test("its jobs wait, an hour at a time: they are there when it is on again, and no queue stands still", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    const data = { providerId: provider.providerId, groupId: "g1" };
    await hub.database().asPlatform("test", (tx) =>
      sql`insert into job_outbox (job_id, name, data, run_at_ms, created_at_ms, state)
          values ('waits', 'notices.group', ${JSON.stringify(data)}, ${nowMs - 1000}, ${nowMs - 1000}, 'waiting')`.execute(
        tx,
      ),
    );
    const waiting = () =>
      hub.database().asPlatform("test", async (tx) => {
        const { rows } = await sql<{ jobId: string; data: object; runAtMs: number }>`
          select job_id, data, run_at_ms from job_outbox where name = 'notices.group'`.execute(tx);
        return rows;
      });
    await vi.waitFor(async () => {
      await hub.wakeJobs();
      expect(await waiting()).toMatchObject([{ jobId: expect.not.stringMatching(/^waits$/), data }]);
    });
    expect((await waiting())[0]?.runAtMs).toBeGreaterThan(nowMs + 3_500_000);
  });

  test("a job of a provider that was purged ends: it would wait for ever", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    const insert = (id: string, providerId: string) =>
      hub.database().asPlatform("test", (tx) =>
        sql`insert into job_outbox (job_id, name, data, run_at_ms, created_at_ms, state)
          values (${id}, 'notices.group', ${JSON.stringify({ providerId, groupId: id })}, ${nowMs - 1000}, ${nowMs - 1000}, 'waiting')`.execute(
          tx,
        ),
      );
    await insert("of-purged", "gone");
    await insert("of-live", provider.providerId);
    const due = () =>
      hub.database().asPlatform("test", async (tx) => {
        const { rows } = await sql<{ group: string; isLater: boolean }>`
          select data->>'groupId' as group, run_at_ms > ${nowMs}::bigint as "isLater" from job_outbox where data->>'groupId' like 'of-%'`.execute(
          tx,
        );
        return rows;
      });
    await vi.waitFor(async () => {
      await hub.wakeJobs();
      expect(await due()).toEqual([{ group: "of-live", isLater: true }]);
    });
  });

  test("its rows are erased with the customer", async () => {
    expect(await count("group_recipients")).toBe(1);
    const erased = await call("POST", `/customers/${customerId}/erase`, { nameText: "Amina" });
    expect(erased.status, erased.text).toBe(200);
    expect(await count("group_recipients")).toBe(0);
    expect(await count("group_messages")).toBe(1);
  });
});
