/** The room of the messages that follow money. Other rooms call it in the transactions of their causes. */
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import type { IntentRow } from "../purchases/intent-rows.ts";
import type { RenewalStopped } from "../renewals/renewals.ts";
import { messageAfterPayment, messageWhenRenewalStops } from "./after-payment.ts";

export interface MoneyMessages {
  readonly onPaid: (tx: Tx, intent: IntentRow) => Promise<void>;
  readonly onRenewalStopped: (tx: Tx, stopped: RenewalStopped) => Promise<void>;
}

/** @param messaging null: no message is sent */
export function createMessages(parts: { readonly envelope: Envelope }, messaging: Messaging | null): MoneyMessages {
  if (messaging === null) return { onPaid: async () => {}, onRenewalStopped: async () => {} };
  return { onPaid: messageAfterPayment(parts, messaging), onRenewalStopped: messageWhenRenewalStops(messaging) };
}
