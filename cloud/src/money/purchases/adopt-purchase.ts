/**
 * A purchase that a restore lost, and whose grant its site gave back. Nothing is booked: its money is proved by its channel alone. So it
 * comes back as "not known yet", and the channel is asked; a list or a statement finds it by its reference. Where nobody can be asked, a
 * person looks at it.
 */
import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { Terms } from "@karibu/protocol/plan";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { findChannel } from "../channels/channel-rows.ts";
import { hashOf } from "../channels/channels.ts";
import { dayOf, findPromotion, reserveUse } from "../promotions/promotion-uses.ts";
import { askJob, givenBackKey, namedMoneyJob, type PurchaseParts, sealPhone } from "./purchase-rows.ts";
import type { SoldNote } from "./sold-note.ts";

/** The purchase that the hub made of the same money, which its channel told again before the site gave the lost one back; null: none. */
export async function boughtAgain(
  tx: Tx,
  { providerId, purchaseId }: Pick<LostPurchase, "providerId" | "purchaseId">,
  { paidByHand }: SoldNote,
): Promise<string | null> {
  if (paidByHand === null) return null;
  const row = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("idempotencyKey", "=", paidByHand)
    .where("purchaseId", "!=", purchaseId)
    .executeTakeFirst();
  return row?.purchaseId ?? null;
}

export interface LostPurchase {
  readonly providerId: string;
  readonly purchaseId: string;
  readonly siteId: string;
  readonly planName: string;
  readonly terms: Terms;
  readonly note: SoldNote;
}

/** `known`: the hub has it. `no-channel`: its channel was made after the back-up too: only its grant comes back. */
export type TakenUp = "asked" | "for-review" | "known" | "no-channel";

/** Who books money at this moment does not see the purchase yet, and is through by then. */
const moneyReadMs = 5000;

export async function adoptPurchase(
  { world, envelope, parties, jobs, emit }: Pick<PurchaseParts, "world" | "envelope" | "parties" | "jobs" | "emit">,
  tx: Tx,
  { providerId, purchaseId, siteId, planName, terms, note }: LostPurchase,
): Promise<TakenUp> {
  const { channelId, requestId, phone } = note;
  if ((await findChannel(tx, providerId, channelId)) === undefined) return "no-channel";
  const nowMs = world.clock.wall().atMs;
  const { promotion } = note;
  const promoted = promotion === null ? undefined : await findPromotion(tx, promotion.promotionId);
  const party = phone === null ? null : parties.ofPhone(providerId, phone);
  const inserted = await tx
    .insertInto("purchases")
    .values({
      providerId,
      purchaseId,
      channelId,
      siteId,
      planId: note.planId,
      planName,
      terms: json(terms),
      amountCents: note.amountCents,
      // Its answer says what was paid of what was asked for; the credit for the rest is the customer's again, if the back-up has it.
      ...(note.askedCents === null
        ? {}
        : { askedCents: note.askedCents, heldCents: note.amountCents - note.askedCents }),
      currency: note.currency,
      phoneSealed: sealPhone(envelope, { providerId, purchaseId }, phone ?? ""),
      phoneHash: party,
      phoneMasked: phone === null ? null : maskPhone(phone),
      idempotencyKey: note.paidByHand ?? givenBackKey(newId(world)),
      reference: note.reference,
      ...(promotion === null || promoted === undefined
        ? {}
        : { promotionId: promotion.promotionId, discountCents: promotion.discountCents }),
      // Its callback's address is lost with the secret in it.
      secretHash: hashOf(newSecret(world)),
      state: "unknown",
      requestId,
      requestIdFrom: requestId === null ? null : "answer",
      review: requestId === null ? "no-answer" : null,
      createdAtMs: note.boughtAtMs,
      // From now on the channel is asked, as of a request that was just sent.
      sentAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return "known";
  // The use of its code comes back with it: else the code could be used once more.
  if (promotion !== null && promoted !== undefined && promoted.code !== null)
    await reserveUse(tx, {
      providerId,
      purchaseId,
      promotionId: promotion.promotionId,
      party,
      day: dayOf(note.boughtAtMs, await offsetOfProvider(tx, providerId)),
      discountCents: promotion.discountCents,
      currency: note.currency,
      atMs: note.boughtAtMs,
    });
  await emit(tx, providerId, { topic: "payment", id: purchaseId, action: "unknown" });
  await jobs.send(tx, namedMoneyJob, { providerId, purchaseId }, { startAfterMs: moneyReadMs });
  if (requestId === null) return "for-review";
  await jobs.send(tx, askJob, { providerId, purchaseId });
  return "asked";
}
