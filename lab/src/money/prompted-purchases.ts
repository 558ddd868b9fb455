/** Many prompted purchases at once, and the callbacks that will pay them, for tests and benches of what comes after the PIN. */
import type { Database } from "@karibu/cloud/ground/db/database";
import type { Envelope } from "@karibu/cloud/ground/secrets/envelope";
import { sealPhone } from "@karibu/cloud/money/purchases/purchase-rows";
import { sha256Hex } from "@karibu/protocol/hash";
import { sql } from "kysely";
import type { DarajaApp } from "../daraja/daraja-types.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { openChannel, openShop, type PaymentsHub, type RunningDaraja, type Shop } from "./payments-hub.ts";

export interface PromptedPurchase {
  readonly shop: Shop;
  readonly purchaseId: string;
  readonly receipt: string;
  /** Of the callback that says it is paid. */
  readonly url: string;
  readonly body: string;
}

/**
 * A shop with a channel and so many purchases whose PIN is awaited. One genuine purchase shows the channel's callback address; the others are copies of
 * its row, each with its own secret, payer and request.
 * @param number tells this shop from others: it stands in the phone and in the receipts
 * @param app of the channel: a new token of an app ends its old one, so that shops that share one are in each other's way
 * @param envelope the hub's: the payers' numbers are known, and who pays gets a text message. Left out: nobody's is
 */
export async function openPromptedShop(
  { hub, database, daraja }: { readonly hub: PaymentsHub; readonly database: Database; readonly daraja: RunningDaraja },
  {
    number,
    count,
    envelope = null,
    app = sampleApp,
  }: {
    readonly number: number;
    readonly count: number;
    readonly envelope?: Envelope | null;
    readonly app?: DarajaApp;
  },
): Promise<PromptedPurchase[]> {
  const shop = await openShop(database);
  const { providerId } = shop;
  await openChannel(hub, database, providerId, app);
  const phone = `2547${String(12_000_000 + number)}`;
  await hub.payments.purchases.start({ ...shop, phone, idempotencyKey: "first" });
  const first = daraja.prompts().find(({ msisdn }) => msisdn === phone);
  if (first === undefined) throw new Error("no prompt");
  const base = first.callbackUrl.replace(/[^/]+$/, "");
  const nowMs = Date.now();
  const phoneOf = (purchaseId: string, line: number) =>
    envelope === null ? null : sealPhone(envelope, { providerId, purchaseId }, `2547${String(line).padStart(7, "0")}1`);
  const made = Array.from({ length: count }, (_, index) => ({
    index,
    id: `i${number}-${String(index).padStart(5, "0")}`,
    secret: `s${number}-${index}`,
    hash: sha256Hex(`s${number}-${index}`),
    phone: phoneOf(`i${number}-${String(index).padStart(5, "0")}`, number * 10_000 + index),
  }));
  await database.asProvider(providerId, (tx) =>
    sql`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
        phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, request_id, request_id_from,
        created_at_ms, sent_at_ms, changed_at_ms)
      select provider_id, row->>'id', channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
        decode(row->>'phone', 'hex'), encode(sha256((row->>'id')::bytea), 'hex'), phone_masked, 'k' || (row->>'index'), 'R' || (row->>'index'), row->>'hash', 'prompted',
        'ws_CO_' || (row->>'index'), 'answer', ${nowMs}::bigint, ${nowMs}::bigint, ${nowMs}::bigint
      from purchases, jsonb_array_elements(${JSON.stringify(made.map((each) => ({ ...each, phone: each.phone?.toString("hex") ?? null })))}::jsonb) row
      where idempotency_key = 'first'`.execute(tx),
  );
  return made.map(({ index, id, secret }) => {
    const receipt = `UK${String(index).padStart(5, "0")}${String(number).padStart(3, "0")}`;
    const Item = [
      { Name: "Amount", Value: first.amount },
      { Name: "MpesaReceiptNumber", Value: receipt },
    ];
    const head = { CheckoutRequestID: `ws_CO_${index}`, ResultCode: 0, ResultDesc: "ok" };
    const stkCallback = { MerchantRequestID: receipt, ...head, CallbackMetadata: { Item } };
    const body = JSON.stringify({ Body: { stkCallback } });
    return { shop, purchaseId: id, receipt, url: `${base}${secret}`, body };
  });
}
