/** A hub that is run without resellers, at which codes lie with one: a customer uses one of them, and the office can't give the other away. */
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";

const hub = useHub(anyEngine, { modules: [] });

test("[SYS-27] [VOU-20] what a customer uses is owed by who had it, under their name; what lies there is nobody else's; there are no routes", async () => {
  const { providerId, token } = await hub.makeProvider("Small");
  const call = askerOf(hub, () => token);
  const { siteId } = (await call("POST", "/sites", { name: "Market" })).body.site;
  const { planId } = (await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} })).body;
  const { batchId } = (await call("POST", "/vouchers/batches", { planId, siteId, quantity: 2 })).body;
  const nowMs = hub.world.clock.wall().atMs;
  await hub.database().asProvider(providerId, async (tx) => {
    await sql`insert into resellers (provider_id, reseller_id, name, name_key, commission_permille, active, created_at_ms, updated_at_ms)
      values (${providerId}, 'r1', 'Duka la Asha', 'duka la asha', 100, true, 1, 1)`.execute(tx);
    await sql`insert into voucher_hand_overs (provider_id, hand_over_id, reseller_id, batch_id, codes, first_serial, last_serial,
        price_cents, commission_cents, currency, handed_by, idempotency_key, handed_at_ms)
      values (${providerId}, 'h1', 'r1', ${batchId}, 2, 0, 1, 2000, 200, 'KES', 'u1', 'k1', ${nowMs - 1000})`.execute(
      tx,
    );
    await sql`insert into reseller_vouchers (provider_id, batch_id, serial, hand_over_id)
      values (${providerId}, ${batchId}, 0, 'h1'), (${providerId}, ${batchId}, 1, 'h1')`.execute(tx);
  });

  const grant = { grantId: `v.${batchId}.0`, origin: "voucher", planName: "Hour", unverified: false };
  const times = { startedAtMs: unixMs(nowMs), endsAtMs: null, revokedAtMs: null, terms: unlimitedTerms };
  const event = { kind: "grant-started", grant: { ...grant, ...times }, voucher: { batchId, serial: 0 } };
  const record = { seq: 1, atMs: unixMs(nowMs), clock: "synced", upMs: 1, ...(event as JournalEvent) };
  const intake = createTestIntake(hub.world, hub.database());
  await intake.take(providerId, { siteId, epoch: "e1", records: [record] } as never);
  await hub.hub().maintenance.runDue();

  const { body } = await call("GET", "/ledger/trial-balance");
  expect(body).toMatchObject({ balanced: true });
  expect(body.rows).toContainEqual(
    expect.objectContaining({ account: "float:r1", name: "Duka la Asha", debitCents: 1800 }),
  );
  const to = { name: "Juma", phone: "0711000222" };
  expect((await call("POST", `/vouchers/${batchId}.1/transfer`, to)).body.code).toBe("with-reseller");
  expect((await call("POST", `/vouchers/${batchId}.1/declare-sold`)).body.code).toBe("book-at-reseller");
  expect((await call("GET", "/resellers")).status).toBe(404);
});
