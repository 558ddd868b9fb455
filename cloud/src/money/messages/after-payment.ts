/** The messages that follow money, in the transactions of their causes. */
import { bundleCodes } from "../../catalogue/grants/purchase-grant.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { writeText } from "../../messaging/template-rows.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { freeCreditOf } from "../ledger/credit.ts";
import { messageReceiver } from "../purchases/message-phone.ts";
import type { PurchaseRow } from "../purchases/purchase-rows.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import type { PackagePrompt, PackageStopped } from "../subscriptions/packages.ts";
import { amountValues, type Lasts, paidValues } from "../texts/payment-texts.ts";

export function messageAfterPayment(
  parts: { readonly envelope: Envelope },
  messaging: Messaging,
): (tx: Tx, purchase: PurchaseRow) => Promise<void> {
  return async (tx, purchase) => {
    const { provider_id: providerId, purchase_id: purchaseId, customer_id: customerId } = purchase;
    if (!(await wantsMessages(messaging, tx, providerId))) return;
    const to = messageReceiver(parts.envelope, purchase);
    if (to === null) return; // nobody's number is known, nor its hash
    const { text, values } = await paidText(tx, purchase);
    const event = `payment/${purchaseId}`;
    await messaging.send(tx, { providerId, event, template: "paid", ...to, text, values, customerId });
  };
}

/** The message about a paid purchase: its code where it has one, how long it is good, its receipt. */
export async function paidText(tx: Tx, purchase: PurchaseRow): ReturnType<typeof writeText> {
  const { provider_id: providerId, purchase_id: purchaseId } = purchase;
  const receipt = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("provider_id", "=", providerId)
    .where("purchase_id", "=", purchaseId)
    .orderBy("plan_cents", "desc")
    .executeTakeFirst();
  const grant = await tx
    .selectFrom("grants")
    .select(["code", "grant_id"])
    .where("provider_id", "=", providerId)
    .where("purchase_id", "=", purchaseId)
    .executeTakeFirst();
  const more = purchase.terms.codes == null ? [] : await bundleCodes(tx, providerId, purchaseId);
  const codes = [...(grant?.code == null ? [] : [grant.code]), ...more];
  const lasts = await lastsOf(tx, purchase, grant?.grant_id ?? null);
  const creditLeftCents =
    purchase.phone_hash === null ? 0 : await freeCreditOf(tx, providerId, purchase.phone_hash, purchase.currency);
  return writeText(tx, providerId, "paid", (locale) =>
    paidValues(locale, {
      amountCents: purchase.amount_cents,
      currency: purchase.currency,
      plan: purchase.plan_name,
      receipt: receipt?.receipt ?? null,
      code: codes.length === 0 ? null : codes.join(", "),
      creditLeftCents,
      lasts,
    }),
  );
}

/** Its end where the site has told it or the plan has a date; else its time from the first log-in. Null: nothing ends it. */
async function lastsOf(
  tx: Tx,
  { provider_id: providerId, terms }: PurchaseRow,
  grantId: string | null,
): Promise<Lasts | null> {
  const start =
    grantId === null
      ? undefined
      : await tx
          .selectFrom("grant_starts")
          .select("ends_at_ms")
          .where("provider_id", "=", providerId)
          .where("grant_id", "=", grantId)
          .executeTakeFirst();
  const untilMs = start?.ends_at_ms ?? terms.validUntilMs;
  if (untilMs !== null) return { untilMs, utcOffsetMinutes: await offsetOfProvider(tx, providerId) };
  return terms.validitySeconds === null ? null : { seconds: terms.validitySeconds };
}

/** Once for each package: the prompt that comes is not a stranger's. */
export function messageBeforePrompt(messaging: Messaging): (tx: Tx, prompt: PackagePrompt) => Promise<void> {
  return async (
    tx,
    { providerId, subscriptionId, phone, planName: plan, askedCents: amountCents, currency, after },
  ) => {
    if (!(await wantsMessages(messaging, tx, providerId))) return;
    const { text, values } = await writeText(tx, providerId, "renewal-prompt", (locale) =>
      amountValues(locale, { plan, amountCents, currency }),
    );
    const event = `renewal/${subscriptionId}/prompt/${after}`;
    await messaging.send(tx, { providerId, event, template: "renewal-prompt", phone, text, values });
  };
}

/** Once for each time that a package stops for want of credit. */
export function messageWhenRenewalStops(messaging: Messaging): (tx: Tx, stopped: PackageStopped) => Promise<void> {
  return async (
    tx,
    { providerId, subscriptionId, phone, planName: plan, missingCents: amountCents, currency, sinceMs },
  ) => {
    if (!(await wantsMessages(messaging, tx, providerId))) return;
    const { text, values } = await writeText(tx, providerId, "renewal-stopped", (locale) =>
      amountValues(locale, { plan, amountCents, currency }),
    );
    const event = `renewal/${subscriptionId}/${sinceMs}`;
    await messaging.send(tx, { providerId, event, template: "renewal-stopped", phone, text, values });
  };
}

/** The provider has an active sender, and has not switched these messages off. */
async function wantsMessages(messaging: Messaging, tx: Tx, providerId: string): Promise<boolean> {
  if (!(await messaging.hasSender(tx, providerId))) return false;
  return (await readMoneySettings(tx, providerId)).smsAfterPayment;
}
