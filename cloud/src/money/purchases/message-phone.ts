/** Whom a message about a purchase goes to: who paid or claimed it, which need not be the number that was asked to pay. */
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { findIntent, type IntentRow, payerPhone, setIntent } from "./intent-rows.ts";

type IntentId = Pick<IntentRow, "provider_id" | "intent_id">;

const context = (id: IntentId): string => `message-phone/${id.provider_id}/${id.intent_id}`;

/** From now on this number is told, and no other. @param phone 12 digits; null: nobody is, for nobody's number is known */
export async function tellInstead(envelope: Envelope, tx: Tx, id: IntentId, phone: string | null): Promise<void> {
  await findIntent(tx, id.provider_id, id.intent_id); // locked in its turn
  const sealed = envelope.seal(Buffer.from(phone ?? ""), context(id));
  await setIntent(tx, id, { message_phone_sealed: sealed });
}

/** 12 digits; null: nobody's number is known, so nobody is told. */
export function messagePhone(
  envelope: Envelope,
  intent: IntentId & Pick<IntentRow, "phone_sealed" | "message_phone_sealed">,
): string | null {
  if (intent.message_phone_sealed === null) return payerPhone(envelope, intent);
  const phone = envelope.open(intent.message_phone_sealed, context(intent)).toString("utf8");
  return phone === "" ? null : phone;
}
