/** Which subscriptions the sweep wakes: a thousand of one provider whose time has come, and does not go, are not in the way of another's. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { anyEngine, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { insertProvider } from "../../ground/db/test-rows.ts";
import type { Sweep } from "../../ground/sweeps/sweeps.ts";
import { registerSubscriptionJobs } from "./subscription-jobs.ts";

const database = useDatabase(anyEngine);

async function openProvider(providerId: string, lines: number, dueMs: number): Promise<void> {
  await database.current().asPlatform("test", async (tx) => {
    await insertProvider(tx, providerId);
    await sql`insert into subscriptions (provider_id, subscription_id, customer_id, account_id, plan_id, plan_name, price_cents, currency,
        every_unit, every_count, anchor_ms, periods, paid_until_ms, auto_renew, noted_phase, next_look_ms, created_at_ms, updated_at_ms)
      select ${providerId}, ${providerId} || '-' || n, 'c', 'a' || n, 'p', 'Home', 100, 'KES', 'month', 1, 1, 1, 1, true, 'active',
        ${dueMs}::bigint, 1, 1 from generate_series(1, ${lines}::integer) n`.execute(tx);
  });
}

test("[CUS-12] a thousand lines of one provider that can't be looked at hold up no other provider's", async () => {
  await openProvider("full", 1100, 1000);
  await openProvider("small", 1, 2000);
  const sent: unknown[] = [];
  const sweeps: Sweep[] = [];
  const jobs = { work: async () => {}, send: async (_: Tx, __: string, data: object) => void sent.push(data) };
  const add = (sweep: Sweep) => void sweeps.push(sweep);
  await registerSubscriptionJobs({ world: realWorld(), database: database.current(), jobs, sweeps: { add } } as never);
  await sweeps[0]?.run();
  expect(sent).toHaveLength(1000);
  expect(sent).toContainEqual({ providerId: "small", subscriptionId: "small-1" });
});
