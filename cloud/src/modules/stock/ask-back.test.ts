/** What customers who have left are asked for: many of one provider are not in the way of another's. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { Database } from "../../ground/db/database.ts";
import { anyEngine, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { insertProvider } from "../../ground/db/test-rows.ts";
import { askBackJob } from "./ask-back.ts";

const database = useDatabase(anyEngine);

/** A provider, and so many customers who were deleted and have something that is lent. */
async function openProvider(providerId: string, left: number): Promise<void> {
  await database.current().asPlatform("test", async (tx) => {
    await insertProvider(tx, providerId);
    const each = sql`from generate_series(1, ${left}::integer) n`;
    await sql`insert into stock_kinds (provider_id, kind_id, name, has_serials, unit, active, created_at_ms)
      values (${providerId}, 'cpe', 'Radio', true, 'piece', true, 1)`.execute(tx);
    await sql`insert into customers (provider_id, customer_id, name, active, created_at_ms, updated_at_ms, deleted_at_ms)
      select ${providerId}, ${providerId} || '-' || n, 'Asha', true, 1, 1, 2 ${each}`.execute(tx);
    await sql`insert into stock_items (provider_id, item_id, kind_id, serial, serial_key, place, holding, customer_id, received_at_ms, changed_at_ms)
      select ${providerId}, 'item-' || n, 'cpe', 's' || n, 'S' || n, 'customer:' || ${providerId} || '-' || n, 'lent', ${providerId} || '-' || n,
        1, 1 ${each}`.execute(tx);
  });
}

test("[CUS-21] two hundred customers of one provider, whose tickets can't be made, hold up no other provider's", async () => {
  await openProvider("full", 600);
  await openProvider("small", 1);
  const { asProvider, ...others } = database.current();
  const troubled: Database = {
    ...others,
    asProvider: async (providerId, ...rest) => {
      if (providerId === "full") throw new Error("a trouble of its own");
      return asProvider(providerId, ...rest);
    },
  };
  const job = askBackJob({ world: realWorld(), database: troubled, emit: async () => {} });
  await expect(job.run()).rejects.toThrow("a trouble of its own");
  const asked = await asProvider("small", (tx) =>
    tx.selectFrom("stock_items").select("askedBackMs").executeTakeFirstOrThrow(),
  );
  expect(asked.askedBackMs).not.toBeNull();
});
