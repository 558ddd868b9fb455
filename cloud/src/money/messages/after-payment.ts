/** The messages that follow money, in the transactions of their causes. */
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { freeCreditOf } from "../ledger/credit.ts";
import type { IntentRow } from "../purchases/intent-rows.ts";
import { messagePhone } from "../purchases/message-phone.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import type { PackagePrompt, PackageStopped } from "../subscriptions/packages.ts";
import { paidMessage, promptMessage, renewalMessage } from "../texts/payment-texts.ts";

export function messageAfterPayment(
  parts: { readonly envelope: Envelope },
  messaging: Messaging,
): (tx: Tx, intent: IntentRow) => Promise<void> {
  return async (tx, intent) => {
    const { provider_id: providerId, intent_id: intentId } = intent;
    if (!(await wantsMessages(messaging, tx, providerId))) return;
    const phone = messagePhone(parts.envelope, intent);
    if (phone === null) return; // the payer's number is hidden, or was not given
    const text = await paidText(tx, intent);
    await messaging.send(tx, { providerId, event: `payment/${intentId}`, template: "paid", phone, text });
  };
}

/** The message about a paid purchase, with its code where it has one. */
export async function paidText(tx: Tx, intent: IntentRow): Promise<string> {
  const { provider_id: providerId, intent_id: intentId } = intent;
  const provider = await tx
    .selectFrom("providers")
    .select(["name", "locale"])
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  const receipt = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("provider_id", "=", providerId)
    .where("intent_id", "=", intentId)
    .orderBy("plan_cents", "desc")
    .executeTakeFirst();
  const grant = await tx
    .selectFrom("grants")
    .select("code")
    .where("provider_id", "=", providerId)
    .where("intent_id", "=", intentId)
    .executeTakeFirst();
  return paidMessage(provider.locale, {
    provider: provider.name,
    amountCents: intent.amount_cents,
    currency: intent.currency,
    plan: intent.plan_name,
    receipt: receipt?.receipt ?? null,
    code: grant?.code ?? null,
    creditLeftCents:
      intent.phone_hash === null ? 0 : await freeCreditOf(tx, providerId, intent.phone_hash, intent.currency),
  });
}

/** Once for each package: the prompt that comes is not a stranger's. */
export function messageBeforePrompt(messaging: Messaging): (tx: Tx, prompt: PackagePrompt) => Promise<void> {
  return async (tx, { providerId, subscriptionId, phone, planName: plan, askedCents, currency, after }) => {
    if (!(await wantsMessages(messaging, tx, providerId))) return;
    const { name, locale } = await tx
      .selectFrom("providers")
      .select(["name", "locale"])
      .where("provider_id", "=", providerId)
      .executeTakeFirstOrThrow();
    const text = promptMessage(locale, { provider: name, plan, askedCents, currency });
    const event = `renewal/${subscriptionId}/prompt/${after}`;
    await messaging.send(tx, { providerId, event, template: "renewal-prompt", phone, text });
  };
}

/** Once for each time that a package stops for want of credit. */
export function messageWhenRenewalStops(messaging: Messaging): (tx: Tx, stopped: PackageStopped) => Promise<void> {
  return async (tx, stopped) => {
    const { providerId, subscriptionId, phone, missingCents, currency } = stopped;
    if (!(await wantsMessages(messaging, tx, providerId))) return;
    const provider = await tx
      .selectFrom("providers")
      .select(["name", "locale"])
      .where("provider_id", "=", providerId)
      .executeTakeFirstOrThrow();
    const text = renewalMessage(provider.locale, {
      provider: provider.name,
      plan: stopped.planName,
      missingCents,
      currency,
    });
    const event = `renewal/${subscriptionId}/${stopped.sinceMs}`;
    await messaging.send(tx, { providerId, event, template: "renewal-stopped", phone, text });
  };
}

/** The provider has an active sender, and has not switched these messages off. */
async function wantsMessages(messaging: Messaging, tx: Tx, providerId: string): Promise<boolean> {
  if (!(await messaging.hasSender(tx, providerId))) return false;
  return (await readMoneySettings(tx, providerId)).smsAfterPayment;
}
