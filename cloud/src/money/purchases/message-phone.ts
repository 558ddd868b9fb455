/** Whom a message about a purchase goes to: who paid or claimed it, which need not be the number that was asked to pay. */
import { sql } from "kysely";
import type { Parties, PhoneSha256 } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { ErasedPayer } from "../receipts/forget-payers.ts";
import { findPurchase, type PurchaseRow, payerPhone, setPurchase } from "./purchase-rows.ts";

type PurchaseId = Pick<PurchaseRow, "providerId" | "purchaseId">;
type Sealed = PurchaseId & Pick<PurchaseRow, "phoneSealed" | "messagePhoneSealed">;

/** Twelve digits, or the SHA-256 of a number that nobody told us: some senders reach that too. */
export type Receiver = { readonly phone: string } | { readonly sha256: PhoneSha256 };

const context = (id: PurchaseId): string => `message-phone/${id.providerId}/${id.purchaseId}`;
const isHash = (text: string): text is PhoneSha256 => /^[0-9a-f]{64}$/.test(text);

/** From now on this number is told, and no other. @param to null: nobody is, for nobody's number is known */
export async function tellInstead(
  { envelope, parties }: { readonly envelope: Envelope; readonly parties: Pick<Parties, "ofPhone" | "ofSha256"> },
  tx: Tx,
  id: PurchaseId,
  to: string | PhoneSha256 | null,
): Promise<void> {
  const { providerId } = id;
  await findPurchase(tx, providerId, id.purchaseId); // locked in its turn
  const sealed = envelope.seal(Buffer.from(to ?? ""), context(id));
  const ofTo = (number: string) =>
    isHash(number) ? parties.ofSha256(providerId, number) : parties.ofPhone(providerId, number);
  await setPurchase(tx, id, { messagePhoneSealed: sealed, toHash: to === null ? null : ofTo(to) });
}

/** An MSISDN; null: nobody's number is known. */
export function messagePhone(envelope: Envelope, purchase: Sealed): string | null {
  const to = messageReceiver(envelope, purchase);
  return to !== null && "phone" in to ? to.phone : null;
}

/** Null: nobody's number is known, nor its hash, so nobody is told. */
export function messageReceiver(envelope: Envelope, purchase: Sealed): Receiver | null {
  if (purchase.messagePhoneSealed === null) {
    const phone = payerPhone(envelope, purchase);
    return phone === null ? null : { phone };
  }
  const to = envelope.open(purchase.messagePhoneSealed, context(purchase)).toString("utf8");
  if (to === "") return null;
  return isHash(to) ? { sha256: to } : { phone: to };
}

/** As an erasure leaves it: nobody is told of these purchases any more, where it would be these parties, as they were at that time. It waits for nobody. */
export async function forgetReceivers(tx: Tx, erased: readonly ErasedPayer[]): Promise<void> {
  await sql`
    with theirs as (
      select p.provider_id, p.purchase_id
      from ${recordset("e", erased, { providerId: "text", party: "text", erasedAtMs: "bigint" })}
      join purchases p on p.provider_id = e."providerId" and p.to_hash = e.party
      where p.created_at_ms <= e."erasedAtMs" and p.phone_hash is distinct from e.party
      for update of p skip locked
    )
    update purchases p set message_phone_sealed = null, to_hash = null from theirs t
    where p.provider_id = t.provider_id and p.purchase_id = t.purchase_id`.execute(tx);
}
