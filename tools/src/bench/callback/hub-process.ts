/** One hub with the production queue and its real settings, and as many prompted purchases as callbacks will come. */

import { randomBytes } from "node:crypto";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { defaultAskSettings } from "@karibu/cloud/money/questions/ask-policy";
import { openChannel, openShop, type Shop, startDaraja, startHub } from "@karibu/lab/money/payments-hub";
import { realWorld } from "@karibu/lab/world/real-world";
import { sha256Hex } from "@karibu/protocol/hash";
import { sql } from "kysely";
import type { CallbackJob } from "./hub.ts";

const { databaseUrl, dataDir, count, providers } = JSON.parse(process.argv[2] ?? "{}") as CallbackJob;
const world = { ...realWorld(), log: { debug() {}, info() {}, warn: console.error, error: console.error } };
const database = await openDatabase(world, { databaseUrl, dataDir });
const daraja = await startDaraja();
const hub = await startHub(database, daraja, {
  masterKey: new Uint8Array(randomBytes(32)),
  ask: defaultAskSettings,
  jobs: (quiet) => createPgBossQueue(quiet, database),
  emit: createEmit,
});
const nowMs = world.clock.wall().atMs;
const each = Math.ceil(count / providers);
const shops: Shop[] = [];
const callbacks: { url: string; body: string }[] = [];
for (let number = 0; number < providers; number++) await openOne(number);
// Round robin over the providers, as a day at many places is.
callbacks.sort((one, other) => one.body.localeCompare(other.body));

/** One genuine purchase shows the channel's callback address; the others are copies of its row, each with its own secret. */
async function openOne(number: number): Promise<void> {
  const shop = await openShop(database);
  shops.push(shop);
  await openChannel(hub, database, shop.providerId);
  const phone = `2547${String(12_000_000 + number)}`;
  await hub.payments.purchases.start({ ...shop, phone, idempotencyKey: "first" });
  const first = daraja.prompts().find(({ msisdn }) => msisdn === phone);
  if (first === undefined) throw new Error("no prompt");
  const base = first.callbackUrl.replace(/[^/]+$/, "");
  const mine = Array.from({ length: Math.min(each, count - number * each) }, (_, index) => ({
    index,
    hash: sha256Hex(`s${number}-${index}`),
  }));
  await database.asProvider(shop.providerId, (tx) =>
    sql`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
        phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, request_id, request_id_from,
        created_at_ms, sent_at_ms, changed_at_ms)
      select provider_id, 'i' || (row->>'index'), channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
        phone_sealed, md5(row->>'index'), phone_masked, 'k' || (row->>'index'), 'R' || (row->>'index'), row->>'hash', 'prompted',
        'ws_CO_' || (row->>'index'), 'answer', ${nowMs}::bigint, ${nowMs}::bigint, ${nowMs}::bigint
      from purchases, jsonb_array_elements(${JSON.stringify(mine)}::jsonb) row
      where idempotency_key = 'first'`.execute(tx),
  );
  for (const { index } of mine) {
    const receipt = `UK${String(index).padStart(5, "0")}${String(number).padStart(3, "0")}`;
    const Item = [
      { Name: "Amount", Value: first.amount },
      { Name: "MpesaReceiptNumber", Value: receipt },
    ];
    const head = { CheckoutRequestID: `ws_CO_${index}`, ResultCode: 0, ResultDesc: "ok" };
    const stkCallback = { MerchantRequestID: receipt, ...head, CallbackMetadata: { Item } };
    callbacks.push({ url: `${base}s${number}-${index}`, body: JSON.stringify({ Body: { stkCallback } }) });
  }
}

async function state() {
  const { rows } = await database.asPlatform("bench", (tx) =>
    sql<{ paid: string; cents: string | null }>`select (select count(*) from receipts) as paid,
      (select sum(amount_cents) from ledger_postings where account like 'clearing:%') as cents`.execute(tx),
  );
  return { paid: Number(rows[0]?.paid), ledgerCents: Number(rows[0]?.cents ?? 0) };
}

process.on("message", () => {
  state().then(
    (now) => process.send?.(now),
    () => process.exit(1),
  );
});
// Statistics, as a server at work has them.
await database.asPlatform("bench", (tx) => sql`analyze`.execute(tx)).catch(() => {});
process.send?.({ callbacks });
