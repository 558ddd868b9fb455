/** Whom a message about a purchase goes to: who paid or claimed it, which need not be the number that was asked to pay. */
import type { PhoneSha256 } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { findIntent, type IntentRow, payerPhone, setIntent } from "./intent-rows.ts";

type IntentId = Pick<IntentRow, "provider_id" | "intent_id">;
type Sealed = IntentId & Pick<IntentRow, "phone_sealed" | "message_phone_sealed">;

/** Twelve digits, or the SHA-256 of a number that nobody told us: some senders reach that too. */
export type Receiver = { readonly phone: string } | { readonly sha256: PhoneSha256 };

const context = (id: IntentId): string => `message-phone/${id.provider_id}/${id.intent_id}`;
const isHash = (text: string): text is PhoneSha256 => /^[0-9a-f]{64}$/.test(text);

/** From now on this number is told, and no other. @param to null: nobody is, for nobody's number is known */
export async function tellInstead(
  envelope: Envelope,
  tx: Tx,
  id: IntentId,
  to: string | PhoneSha256 | null,
): Promise<void> {
  await findIntent(tx, id.provider_id, id.intent_id); // locked in its turn
  const sealed = envelope.seal(Buffer.from(to ?? ""), context(id));
  await setIntent(tx, id, { message_phone_sealed: sealed });
}

/** An MSISDN; null: nobody's number is known. */
export function messagePhone(envelope: Envelope, intent: Sealed): string | null {
  const to = messageReceiver(envelope, intent);
  return to !== null && "phone" in to ? to.phone : null;
}

/** Null: nobody's number is known, nor its hash, so nobody is told. */
export function messageReceiver(envelope: Envelope, intent: Sealed): Receiver | null {
  if (intent.message_phone_sealed === null) {
    const phone = payerPhone(envelope, intent);
    return phone === null ? null : { phone };
  }
  const to = envelope.open(intent.message_phone_sealed, context(intent)).toString("utf8");
  if (to === "") return null;
  return isHash(to) ? { sha256: to } : { phone: to };
}
