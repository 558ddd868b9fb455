/** Notices: a subscription has expired or was suspended; a bought package has ended. Once each, as reminders. */
import { displayName } from "@karibu/protocol/plan-name";
import { findCustomer, phoneOf } from "../../catalogue/customers/customers.ts";
import { ownerOfGrant } from "../../catalogue/vouchers/voucher-owners.ts";
import type { Tx } from "../../ground/db/database.ts";
import { writeText } from "../../messaging/template-rows.ts";
import { dayText, momentText } from "../../messaging/texts/date-texts.ts";
import { amountText } from "../../messaging/texts/every-language.ts";
import { messageReceiver } from "../purchases/message-phone.ts";
import { readPurchase } from "../purchases/purchase-rows.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import { creditFor } from "../subscriptions/charge-subscription.ts";
import type { SubscriptionRow } from "../subscriptions/subscription.ts";
import { phaseOf } from "../subscriptions/subscription-policy.ts";
import { factsOf } from "../subscriptions/subscription-rows.ts";
import { claim, dueValues, eventOf, type ReminderParts, reminderFacts, skip, tell } from "./write-reminder.ts";

/** @param notice as the subscription's log tells it. The row is locked. */
export async function noticeSubscription(
  parts: ReminderParts,
  tx: Tx,
  row: SubscriptionRow,
  notice: { readonly kind: "expired" | "suspended"; readonly aboutMs: number },
): Promise<void> {
  const { kind, aboutMs } = notice;
  const about = { providerId: row.providerId, subjectId: row.subscriptionId, aboutMs, kind };
  if (!(await claim(parts.world, tx, about))) return;
  const nowMs = parts.world.clock.wall().atMs;
  const customer = await findCustomer(tx, row);
  const refusal = await refuseNotice(tx, row, notice, nowMs);
  if (refusal !== null || customer === null) return skip(tx, about, refusal ?? "not-so-any-more");
  const values =
    kind === "suspended"
      ? { plan: row.planName }
      : await dueValues(
          parts,
          tx,
          row,
          await reminderFacts(tx, row, customer, { dueMs: aboutMs, nowMs, remindAtMs: nowMs }),
        );
  if (!(await tell(parts, tx, customer, kind, about, values))) await skip(tx, about, "nobody-to-reach");
}

/** @returns why it is not wanted: it is not so any more, or, of an end, nobody could pay for it; null: it is wanted */
export async function refuseNotice(
  tx: Tx,
  row: SubscriptionRow,
  { kind, aboutMs }: { readonly kind: "expired" | "suspended"; readonly aboutMs: number },
  nowMs: number,
): Promise<"not-so-any-more" | "paid-meanwhile" | "ended" | null> {
  const customer = await findCustomer(tx, row);
  const phase = phaseOf(await factsOf(tx, row), nowMs);
  if (kind === "suspended") return phase === "suspended" && customer !== null ? null : "not-so-any-more";
  if (row.paidUntilMs !== aboutMs) return "paid-meanwhile";
  if (phase !== "over" || customer?.active !== true) return "not-so-any-more";
  const { hasAccount } = await reminderFacts(tx, row, customer, { dueMs: aboutMs, nowMs, remindAtMs: nowMs });
  return hasAccount ? null : "ended";
}

/** What was paid, and until when the line is on. At once, as all receipts; not where the provider switched messages after payments off. */
export async function noticeRenewal(
  parts: ReminderParts,
  tx: Tx,
  row: SubscriptionRow,
  aboutMs: number,
): Promise<void> {
  const { providerId, subscriptionId: subjectId } = row;
  const about = { providerId, subjectId, aboutMs, kind: "renewed" };
  if (!(await claim(parts.world, tx, about))) return;
  const paid = await tx
    .selectFrom("subscription_log")
    .select(["amountCents", "paidUntilMs"])
    .where("providerId", "=", providerId)
    .where("subscriptionId", "=", subjectId)
    .where("what", "=", "renewed")
    .where("atMs", "=", aboutMs)
    .orderBy("logId", "desc")
    .limit(1)
    .executeTakeFirst();
  const amountCents = paid?.amountCents ?? 0;
  if (paid === undefined || amountCents === 0) return skip(tx, about, "nothing-paid");
  if (!(await readMoneySettings(tx, providerId)).smsAfterPayment) return skip(tx, about, "not-wanted");
  const customer = await findCustomer(tx, row);
  const phone = customer === null ? null : phoneOf(parts.envelope, customer);
  if (customer === null || phone === null || !(await parts.messaging.hasSender(tx, providerId)))
    return skip(tx, about, "nobody-to-reach");
  const creditCents = await creditFor(tx, row);
  const written = await writeText(tx, providerId, "renewed", (locale, { utcOffsetMinutes }) => {
    const until = momentText(paid.paidUntilMs, utcOffsetMinutes, locale);
    const credit = creditCents > 0 ? amountText(creditCents, row.currency, locale) : null;
    const amount = amountText(amountCents, row.currency, locale);
    return [displayName(row.planName, locale), row.planName].map((plan) => ({ plan, amount, until, credit }));
  });
  const { customerId } = customer;
  const event = eventOf(about);
  await parts.messaging.send(tx, { providerId, event, template: "renewed", phone, customerId, ...written });
}

/** To whoever bought it, or whose voucher it was, where the number is known. */
export async function noticeGrant(
  parts: ReminderParts,
  tx: Tx,
  grant: {
    readonly providerId: string;
    /** As the site that holds it calls it. */
    readonly grantId: string;
    /** As it was bought. */
    readonly boughtId: string;
    readonly endedAtMs: number;
    readonly planName: string;
  },
): Promise<void> {
  const { providerId, grantId, endedAtMs } = grant;
  const about = { providerId, subjectId: grantId, aboutMs: endedAtMs, kind: "grant-ended" };
  if (!(await claim(parts.world, tx, about))) return;
  const owner = await ownerOfGrant(tx, providerId, grantId);
  const values = { plan: grant.planName, amount: null, link: null };
  if (owner !== null) {
    if (!(await tell(parts, tx, owner, "expired", about, values))) await skip(tx, about, "nobody-to-reach");
    return;
  }
  const bought = await tx
    .selectFrom("grants")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("grantId", "=", grant.boughtId)
    .executeTakeFirst();
  const purchase = bought?.purchaseId == null ? undefined : await readPurchase(tx, providerId, bought.purchaseId);
  const to = purchase === undefined ? null : messageReceiver(parts.envelope, purchase);
  // Hosts that take hashed numbers forbid all but receipts to them.
  if (to === null || !("phone" in to) || !(await parts.messaging.hasSender(tx, providerId)))
    return skip(tx, about, "nobody-to-reach");
  const written = await writeText(tx, providerId, "expired", (locale, { utcOffsetMinutes }) => {
    const due = dayText(endedAtMs, utcOffsetMinutes, locale);
    return [displayName(grant.planName, locale), grant.planName].map((plan) => ({ ...values, name: "", plan, due }));
  });
  const event = `reminder/${grantId}/${endedAtMs}/grant-ended`;
  const customerId = purchase?.customerId ?? null;
  await parts.messaging.send(tx, { providerId, event, template: "expired", ...to, customerId, ...written });
}
