/** A hub that is run without venues, at which an owner had a share that was not paid yet. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [] });

test("[SYS-27] [TEN-16] what an owner has to get stays in the books under their name, and no share is booked", async () => {
  const { providerId, token } = await hub.makeProvider("Small");
  await hub.database().asProvider(providerId, async (tx) => {
    await sql`insert into venues (provider_id, venue_id, name, name_key, active, created_at_ms, updated_at_ms)
      values (${providerId}, 'v1', 'Hoteli ya Baraka', 'hoteli ya baraka', true, 1, 1)`.execute(tx);
    await sql`insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
      values (${providerId}, 'e1', 'venue-share:e0:v1', 'venue-share', 1)`.execute(tx);
    await sql`insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
      values (${providerId}, 'e1', 0, 'venue-shares', 'KES', 150), (${providerId}, 'e1', 1, 'venue:v1', 'KES', -150)`.execute(
      tx,
    );
  });
  const { body } = await hub.call("GET", "/api/v1/ledger/trial-balance", { token });
  expect(body.rows).toContainEqual(expect.objectContaining({ account: "venue:v1", name: "Hoteli ya Baraka" }));
  const { status } = await hub.call("GET", "/api/v1/venues", { token });
  expect(status).toBe(404);
  expect(hub.hub().maintenance.names).not.toContain("book-venue-shares");
});
