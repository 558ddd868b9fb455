/** What the books know that an inflow could be for: open purchases, accounts of ours, customers. For `inflow-policy.ts`. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { readAccounts } from "./account-money.ts";
import { accountKey, phoneInAccount } from "./account-text.ts";
import { type Inflow, payerHash } from "./inflow.ts";
import type { Known } from "./inflow-policy.ts";
import { phoneHash } from "./phone.ts";
import type { ChannelRow } from "./tables.ts";

/** How far back a purchase can be meant by payer and amount. */
const lookBackMs = 48 * 3_600_000;

export async function whatIsKnown(
  { world }: { readonly world: World },
  tx: Tx,
  providerId: string,
  channel: ChannelRow,
  inflow: Inflow,
): Promise<Known> {
  const sinceMs = world.clock.wall().atMs - lookBackMs;
  const key = accountKey(inflow.accountText ?? "");
  const purchases = await tx
    .selectFrom("intents")
    .select([
      "intent_id",
      "reference",
      "amount_cents",
      "phone_hash",
      "phone_masked",
      "sent_at_ms",
      "created_at_ms",
      "receipt",
    ])
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channel.channel_id)
    .where((where) =>
      where.or([
        where("reference", "=", key),
        where.and([where("created_at_ms", ">", sinceMs), where("amount_cents", "=", inflow.amountCents)]),
        where.and([where("created_at_ms", ">", sinceMs), where("phone_hash", "=", payerHash(inflow.payer) ?? "")]),
      ]),
    )
    .orderBy("created_at_ms", "desc")
    .limit(2000)
    .execute();
  const accounts = key === "" ? [] : await readAccounts(tx, providerId);
  const phone = phoneInAccount(inflow.accountText ?? "");
  return {
    purchases: purchases.map((row) => ({
      intentId: row.intent_id,
      reference: row.reference,
      amountCents: row.amount_cents,
      phoneHash: row.phone_hash,
      phoneMasked: row.phone_masked,
      sentAtMs: row.sent_at_ms ?? row.created_at_ms,
      hasReceipt: row.receipt !== null,
    })),
    accounts,
    customers: phone === null ? new Set() : await customersAmong(tx, providerId, phoneHash(phone)),
  };
}

async function customersAmong(tx: Tx, providerId: string, hash: string): Promise<Set<string>> {
  const bought = await tx
    .selectFrom("intents")
    .select("phone_hash")
    .where("provider_id", "=", providerId)
    .where("phone_hash", "=", hash)
    .limit(1)
    .executeTakeFirst();
  if (bought !== undefined) return new Set([hash]);
  const account = await tx
    .selectFrom("pay_accounts")
    .select("phone_hash")
    .where("provider_id", "=", providerId)
    .where("phone_hash", "=", hash)
    .limit(1)
    .executeTakeFirst();
  if (account !== undefined) return new Set([hash]);
  const { rows } = await sql`select from customers where provider_id = ${providerId} and phone_hash = ${hash}
    and deleted_at_ms is null limit 1`.execute(tx);
  return rows.length > 0 ? new Set([hash]) : new Set();
}
