/**
 * What the hub needs to take a purchase up again after a restore. The grant's site keeps it, sealed: a stolen router tells no number. Each
 * site holds one for every purchase, so it is short: ids in 22 characters instead of 36.
 */
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { isByHand, type PurchaseRow, payerPhone } from "./purchase-rows.ts";

export interface SoldNote {
  readonly channelId: string;
  readonly planId: string;
  /** The price. */
  readonly amountCents: number;
  /** What its channel was asked for, where credit was to pay the rest; null: the whole price. */
  readonly askedCents: number | null;
  readonly currency: string;
  readonly reference: string;
  readonly requestId: string | null;
  readonly boughtAtMs: number;
  /** An MSISDN; null: nobody's number is known. */
  readonly phone: string | null;
  /** What made it cheaper, and by how much; null: nothing did. */
  readonly promotion: { readonly promotionId: string; readonly discountCents: number } | null;
  /** Of the money that made it, where nobody was asked for any (`inflowKey`); null: its channel was asked. */
  readonly paidByHand: string | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const packedUuid = /^~[A-Za-z0-9_-]{22}$/;

export function soldNote(envelope: Envelope, purchase: PurchaseRow): string {
  const { providerId, purchaseId, promotionId, discountCents, idempotencyKey } = purchase;
  // Who said that the money was for another plan made it anew: it is the same money.
  const paidByHand = isByHand(idempotencyKey) ? idempotencyKey.replace(`/${purchaseId}`, "") : null;
  const promotion = promotionId === null ? ["", ""] : [packed(promotionId), discountCents];
  const fields = [
    packed(purchase.channelId),
    packed(purchase.planId),
    purchase.amountCents,
    purchase.currency,
    purchase.reference,
    purchase.requestId ?? "",
    purchase.createdAtMs.toString(36),
    readablePhone(envelope, purchase),
    purchase.askedCents ?? "",
    ...(promotionId === null && paidByHand === null ? [] : promotion),
    ...(paidByHand === null ? [] : [paidByHand]),
  ];
  return envelope.sealBriefly(fields.join("|"), contextOf(providerId, purchaseId));
}

/** Empty where there is none, or where it can't be opened: money is booked all the same. */
function readablePhone(envelope: Envelope, purchase: PurchaseRow): string {
  try {
    return payerPhone(envelope, purchase) ?? "";
  } catch {
    return "";
  }
}

/** Null: it is not of this purchase, or was sealed under a master key that this hub does not have. */
export function readSoldNote(
  envelope: Envelope,
  providerId: string,
  purchaseId: string,
  sold: string,
): SoldNote | null {
  const text = envelope.openBriefly(sold, contextOf(providerId, purchaseId));
  if (text === null) return null;
  const fields = text.split("|");
  const [channel = "", plan = "", amount, currency = "", reference = "", request, made = "", phone, asked] = fields;
  // A channel may write a receipt with whatever signs.
  const [promotionId = "", discountCents, ...paidByHand] = fields.slice(9);
  return {
    channelId: unpacked(channel),
    planId: unpacked(plan),
    amountCents: Number(amount),
    askedCents: asked ? Number(asked) : null,
    currency,
    reference,
    requestId: request || null,
    boughtAtMs: Number.parseInt(made, 36),
    phone: phone || null,
    promotion: promotionId === "" ? null : { promotionId: unpacked(promotionId), discountCents: Number(discountCents) },
    paidByHand: paidByHand.length === 0 ? null : paidByHand.join("|"),
  };
}

const contextOf = (providerId: string, purchaseId: string): string => `sold/${providerId}/${purchaseId}`;

function packed(id: string): string {
  return uuid.test(id) ? `~${Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url")}` : id;
}

function unpacked(text: string): string {
  if (!packedUuid.test(text)) return text;
  const hex = Buffer.from(text.slice(1), "base64url").toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
