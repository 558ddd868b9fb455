/** The messages that follow money, in the transactions of their causes. */

import { sql } from "kysely";
import { codeAndEndOf } from "../../catalogue/grants/held-grant.ts";
import { bundleCodes } from "../../catalogue/grants/purchase-grant.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import type { NewMessage } from "../../messaging/messages.ts";
import { hasTextSender } from "../../messaging/senders.ts";
import { type WrittenText, writeText, writeTexts } from "../../messaging/template-rows.ts";
import { freeCreditsOf } from "../ledger/credit.ts";
import { messageReceiver, type Receiver } from "../purchases/message-phone.ts";
import type { PaidPurchase, PurchaseRow } from "../purchases/purchase-rows.ts";
import { mainReceiptOf } from "../receipts/known-receipts.ts";
import { isSilentAfterPayment } from "../settings/money-settings.ts";
import type { PackagePrompt, PackageStopped } from "../subscriptions/packages.ts";
import { amountValues, type Lasts, paidValues } from "../texts/payment-texts.ts";

type After = { readonly envelope: Envelope };

export function messageAfterPayment(
  parts: After,
  messaging: Messaging,
): (tx: Tx, purchase: PurchaseRow) => Promise<void> {
  return async (tx, purchase) => {
    const { providerId } = purchase;
    if (!(await providersThatTell(tx, [providerId])).has(providerId)) return;
    const to = receiverIfReadable(parts, purchase);
    if (to === null) return; // nobody's number is known, nor its hash
    const paid = await readPaid(tx, purchase);
    const [written] = await paidTexts(tx, [paid]);
    await messaging.send(tx, messageOf(paid, to, written as WrittenText));
  };
}

/** The same for many, of any providers: who of them are told at all is known (`providersThatTell`). @returns how many messages there are now */
export function messagesAfterPayments(
  parts: After,
  messaging: Messaging,
): (tx: Tx, paid: readonly PaidPurchase[]) => Promise<number> {
  return async (tx, paid) => {
    const told = paid.flatMap((each) => {
      const to = receiverIfReadable(parts, each.purchase);
      return to === null ? [] : [{ each, to }];
    });
    if (told.length === 0) return 0;
    const texts = await paidTexts(
      tx,
      told.map(({ each }) => each),
    );
    return messaging.sendAll(
      tx,
      told.map(({ each, to }, index) => messageOf(each, to, texts[index] as WrittenText)),
    );
  };
}

/** Null, too, where it can't be opened (a back-up under another master key): what is paid opens all the same, and nobody is told. */
const receiverIfReadable = ({ envelope }: After, purchase: PurchaseRow): Receiver | null =>
  ifReadable(() => messageReceiver(envelope, purchase), null);

function messageOf({ purchase }: PaidPurchase, to: Receiver, { text, values }: WrittenText): NewMessage {
  const { providerId, purchaseId, customerId } = purchase;
  return { providerId, event: `payment/${purchaseId}`, template: "paid", ...to, text, values, customerId };
}

/** The message about a paid purchase: its code where it has one, how long it is good, its receipt. */
export async function paidText(tx: Tx, purchase: PurchaseRow): Promise<WrittenText> {
  const [written] = await paidTexts(tx, [await readPaid(tx, purchase)]);
  return written as WrittenText;
}

async function paidTexts(tx: Tx, all: readonly PaidPurchase[]): Promise<readonly WrittenText[]> {
  const owners = all.flatMap(({ purchase: { providerId, phoneHash: party, currency } }) =>
    party === null ? [] : [{ providerId, party, currency }],
  );
  const credits = await freeCreditsOf(tx, owners);
  return writeTexts(
    tx,
    "paid",
    all.map(({ purchase, receipt, codes, endsAtMs }) => {
      const creditLeftCents = purchase.phoneHash === null ? 0 : credits.shift();
      return {
        providerId: purchase.providerId,
        candidates: (locale, { utcOffsetMinutes }) =>
          paidValues(locale, {
            amountCents: purchase.amountCents,
            currency: purchase.currency,
            plan: purchase.planName,
            receipt,
            code: codes.length === 0 ? null : codes.join(", "),
            creditLeftCents,
            lasts: lastsOf(purchase, endsAtMs, utcOffsetMinutes),
          }),
      };
    }),
  );
}

async function readPaid(tx: Tx, purchase: PurchaseRow): Promise<PaidPurchase> {
  const { providerId, purchaseId } = purchase;
  const receipt = await mainReceiptOf(tx, providerId, purchaseId);
  const grant = await codeAndEndOf(tx, providerId, purchaseId);
  const more = purchase.terms.codes == null ? [] : await bundleCodes(tx, providerId, purchaseId);
  const codes = [...(grant?.code == null ? [] : [grant.code]), ...more];
  return { purchase, receipt, codes, endsAtMs: grant?.endsAtMs ?? null };
}

/** Its end where the site has told it or the plan has a date; else its time from the first log-in. Null: nothing ends it. */
function lastsOf({ terms }: PurchaseRow, endsAtMs: number | null, utcOffsetMinutes: number): Lasts | null {
  const untilMs = endsAtMs ?? terms.validUntilMs;
  if (untilMs !== null) return { untilMs, utcOffsetMinutes };
  return terms.validitySeconds === null ? null : { seconds: terms.validitySeconds };
}

/** Once for each package: the prompt that comes is not a stranger's. */
export function messageBeforePrompt(messaging: Messaging): (tx: Tx, prompt: PackagePrompt) => Promise<void> {
  return async (
    tx,
    { providerId, subscriptionId, phone, planName: plan, askedCents: amountCents, currency, after },
  ) => {
    if (!(await providersThatTell(tx, [providerId])).has(providerId)) return;
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
    if (!(await providersThatTell(tx, [providerId])).has(providerId)) return;
    const { text, values } = await writeText(tx, providerId, "renewal-stopped", (locale) =>
      amountValues(locale, { plan, amountCents, currency }),
    );
    const event = `renewal/${subscriptionId}/${sinceMs}`;
    await messaging.send(tx, { providerId, event, template: "renewal-stopped", phone, text, values });
  };
}

/** Which of these have an active sender, and have not switched these messages off. */
export async function providersThatTell(tx: Tx, providerIds: readonly string[]): Promise<ReadonlySet<string>> {
  const id = sql<string>`asked.id`;
  const { rows } = await sql<{ id: string }>`select distinct id from unnest(${providerIds}::text[]) as asked (id)
    where ${hasTextSender(id)} and not ${isSilentAfterPayment(id)}`.execute(tx);
  return new Set(rows.map((row) => row.id));
}
