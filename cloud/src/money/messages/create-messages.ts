/** The room of the messages that follow money. Other rooms call it in the transactions of their causes. */
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import type { PaidPurchase, PurchaseRow } from "../purchases/purchase-rows.ts";
import type { PackagePrompt, PackageStopped } from "../subscriptions/packages.ts";
import {
  messageAfterPayment,
  messageBeforePrompt,
  messagesAfterPayments,
  messageWhenRenewalStops,
  providersThatTell,
} from "./after-payment.ts";

export interface MoneyMessages {
  readonly onPaid: (tx: Tx, purchase: PurchaseRow) => Promise<void>;
  /** The same of many, of providers that tell it. @returns how many messages wait now: wake the jobs after the commit */
  readonly onPaidTogether: (tx: Tx, paid: readonly PaidPurchase[]) => Promise<number>;
  /** Which of these providers tell their customers that they have paid, by a message. */
  readonly providersThatTell: (tx: Tx, providerIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly onRenewalPrompt: (tx: Tx, prompt: PackagePrompt) => Promise<void>;
  readonly onRenewalStopped: (tx: Tx, stopped: PackageStopped) => Promise<void>;
}

/** @param messaging null: no message is sent */
export function createMessages(parts: { readonly envelope: Envelope }, messaging: Messaging | null): MoneyMessages {
  const nothing = async () => {};
  if (messaging === null)
    return {
      onPaid: nothing,
      onPaidTogether: async () => 0,
      providersThatTell: async () => new Set(),
      onRenewalPrompt: nothing,
      onRenewalStopped: nothing,
    };
  return {
    onPaid: messageAfterPayment(parts, messaging),
    onPaidTogether: messagesAfterPayments(parts, messaging),
    providersThatTell,
    onRenewalPrompt: messageBeforePrompt(messaging),
    onRenewalStopped: messageWhenRenewalStops(messaging),
  };
}
