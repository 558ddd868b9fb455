/** A hub that is run without takeovers, in which one was being withdrawn when its hub ended. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { keyContext } from "../../catalogue/vouchers/batches.ts";
import { listedKeyBytes } from "../../catalogue/vouchers/listed-codes.ts";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [] });

/** A takeover whose withdrawal its hub did not end. @returns how its list and itself are now */
async function halfWithdrawn(name: string, { untilMs, keyBytes }: { untilMs: number; keyBytes: number }) {
  const { token, providerId } = await hub.makeProvider(name);
  const call = (method: string, path: string, body?: object) =>
    hub.call(method, `/api/v1${path}`, { token, ...(body ? { body } : {}) });
  const { siteId } = (await call("POST", "/sites", { name: "Kiosk" })).body.site;
  const plan = { name: "A day", priceCents: 5000, terms: { validitySeconds: 86_400 } };
  const { planId } = (await call("POST", "/plans", plan)).body;
  const { batchId } = (await call("POST", "/vouchers/batches", { planId, siteId, quantity: 3 })).body;
  await hub.database().asProvider(providerId, async (tx) => {
    await sql`insert into takeovers (provider_id, takeover_id, site_id, source, state, totals, plan_ids, utc_offset_minutes, started_by, created_at_ms,
        withdrawing_until_ms, withdrawing_off)
      values (${providerId}, 't1', ${siteId}, 'mikhmon', 'applied', '{}', '[]', 180, 'Asha', 1, ${untilMs}::bigint, ${JSON.stringify([batchId])}::jsonb)`.execute(
      tx,
    );
    const key = hub.envelope.seal(hub.world.random.bytes(keyBytes), keyContext(providerId, batchId));
    await sql`update voucher_batches set takeover_id = 't1', active = false, key_sealed = ${key} where batch_id = ${batchId}`.execute(
      tx,
    );
  });
  return async () => {
    const { rows } = await hub
      .database()
      .asProvider(providerId, (tx) => sql`select state, withdrawing_until_ms from takeovers`.execute(tx));
    return { active: (await call("GET", `/vouchers/batches/${batchId}`)).body.active, rows };
  };
}

test("[SYS-27] [RTR-31] a withdrawal that was under way is given up: the codes that customers hold work again; one that fails holds up no other's", async () => {
  const nowMs = hub.world.clock.wall().atMs;
  const broken = await halfWithdrawn("Broken", { untilMs: nowMs - 2, keyBytes: 1 });
  const small = await halfWithdrawn("Small", { untilMs: nowMs - 1, keyBytes: listedKeyBytes });
  await hub.hub().maintenance.runDue();
  expect(await small()).toEqual({ active: true, rows: [{ state: "applied", withdrawing_until_ms: null }] });
  expect(await broken()).toMatchObject({ active: false });
});
