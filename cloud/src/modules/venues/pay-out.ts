/**
 * What a venue's owner was paid. A person pays, by hand or by M-Pesa, and says so here: the hub sends no money.
 *
 * Attacks   Two people pay at once, or one twice: under the lock of the shares only what is there can be paid, and a request's key pays once.
 *           One M-Pesa payment told twice: its reference stands once. Who pays must be fresh from a second factor where they have one.
 */

import { newId } from "@karibu/protocol/identifiers";
import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { LedgerAccount } from "../../money/ledger/accounts.ts";
import { transferEntry } from "../../money/ledger/entries.ts";
import { lockForHand, recordPaidByHand, referenceTaken } from "../../money/reconciliation/record-paid-by-hand.ts";
import { accrue, lockShares, type VenueParts } from "./accrue.ts";
import { readBalances, readVenue } from "./venues.ts";

export type PayOutRow = Selectable<Schema["venue_pay_outs"]>;

export interface PayOut {
  readonly venueId: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly method: "cash" | "mpesa";
  readonly reference: string | null;
  readonly paidFrom: LedgerAccount;
  /** On which the reference stands once. */
  readonly rail: string;
  readonly key: string;
  readonly userId: string;
}

export async function payOut(parts: VenueParts, tx: Tx, providerId: string, given: PayOut): Promise<PayOutRow> {
  const { venueId, amountCents, currency, method, reference, paidFrom, rail, key, userId } = given;
  await readVenue(tx, venueId);
  await lockShares(tx, providerId);
  const same = await tx.selectFrom("venue_pay_outs").selectAll().where("idempotencyKey", "=", key).executeTakeFirst();
  if (same !== undefined) {
    if (same.venueId === venueId && same.amountCents === amountCents && same.currency === currency) return same;
    throw refusal("key-reused", { field: "Idempotency-Key" });
  }
  await accrue(parts, tx, providerId);
  const balances = (await readBalances(tx, providerId, [venueId])).get(venueId) ?? [];
  const balance = balances.find((one) => one.currency === currency)?.balanceCents ?? 0;
  if (balance < amountCents) throw refusal("too-much", { field: "amountCents" });
  // An expense may name it in this moment, or a statement.
  if (reference !== null) await lockForHand(tx, { providerId, rail, receipt: reference });
  const payOutId = newId(parts.world);
  const entry = transferEntry(`venue-pay-out:${payOutId}`, "venue-pay-out", {
    from: paidFrom,
    to: `venue:${venueId}`,
    amountCents,
    currency,
  });
  const [, channelId] = paidFrom.split(":");
  if (reference !== null && channelId !== undefined) {
    const { entryKey } = entry;
    await recordPaidByHand(tx, { providerId, channelId, rail, receipt: reference, entryKey, amountCents });
  }
  const entryId = await parts.ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
  return tx
    .insertInto("venue_pay_outs")
    .values({
      providerId,
      payOutId,
      venueId,
      amountCents,
      currency,
      method,
      reference,
      paidFrom,
      entryId,
      paidBy: userId,
      idempotencyKey: key,
      paidAtMs: parts.world.clock.wall().atMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(onCollision(referenceTaken));
}
