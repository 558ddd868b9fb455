/**
 * One reminder or notice: claimed, judged and queued in one transaction. A process that dies in it has done nothing; a second job finds the claim.
 */

import { displayName } from "@karibu/protocol/plan-name";
import type { World } from "@karibu/protocol/world";
import { isServed } from "../../catalogue/accounts/accounts.ts";
import { type CustomerRow, findCustomer, phoneOf } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { readMessageRules } from "../../messaging/message-rules.ts";
import { readCustomersLocale, writeText } from "../../messaging/template-rows.ts";
import { dayText } from "../../messaging/texts/date-texts.ts";
import { amountText } from "../../messaging/texts/every-language.ts";
import type { Values } from "../../messaging/texts/fill-template.ts";
import type { TemplateName } from "../../messaging/texts/template-list.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { createPaymentLink } from "../payment-links/payment-links.ts";
import { creditFor, dueCents, itemsOf, owedBefore } from "../subscriptions/charge-subscription.ts";
import type { SubscriptionRow } from "../subscriptions/subscription.ts";
import { phaseOf } from "../subscriptions/subscription-policy.ts";
import { factsOf, hasAccount } from "../subscriptions/subscription-rows.ts";
import { type ReminderFacts, refuseReminder, remindAtMs, reminderTemplate } from "./reminder-policy.ts";

export interface ReminderParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly publicUrl: string;
  readonly messaging: Messaging;
  readonly hasMailServer: boolean;
}

/** How long a link works after what it is about. */
const linkMs = 30 * 86_400_000;

export interface About {
  readonly providerId: string;
  readonly subjectId: string;
  readonly aboutMs: number;
  readonly kind: string;
}

/** @returns false: it was claimed before */
export async function claim(world: World, tx: Tx, about: About): Promise<boolean> {
  const row = await tx
    .insertInto("reminders")
    .values({
      providerId: about.providerId,
      subjectId: about.subjectId,
      aboutMs: about.aboutMs,
      kind: about.kind,
      outcome: "sent",
      why: null,
      atMs: world.clock.wall().atMs,
    })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  return row.numInsertedOrUpdatedRows === 1n;
}

export async function skip(tx: Tx, about: About, why: string): Promise<void> {
  await tx
    .updateTable("reminders")
    .set({ outcome: "skipped", why })
    .where("providerId", "=", about.providerId)
    .where("subjectId", "=", about.subjectId)
    .where("aboutMs", "=", about.aboutMs)
    .where("kind", "=", about.kind)
    .execute();
}

/** What it is judged by; the row is locked by the caller, or it looks without a lock. */
export async function reminderFacts(
  tx: Tx,
  row: SubscriptionRow,
  customer: CustomerRow | null,
  about: { readonly dueMs: number; readonly nowMs: number; readonly remindAtMs: number },
): Promise<ReminderFacts> {
  const paid = await tx
    .selectFrom("subscription_log")
    .select("atMs")
    .where("providerId", "=", row.providerId)
    .where("subscriptionId", "=", row.subscriptionId)
    .where("what", "=", "renewed")
    .orderBy("logId", "desc")
    .limit(1)
    .executeTakeFirst();
  return {
    paidAtMs: paid?.atMs ?? null,
    remindAtMs: about.remindAtMs,
    phase: phaseOf(await factsOf(tx, row), about.nowMs),
    dueMs: about.dueMs,
    paidUntilMs: row.paidUntilMs,
    cancelAtEnd: row.cancelAtEnd,
    isCustomerOn: customer?.active === true,
    hasAccount: (await hasAccount(tx, row.accountId)) && (await isServed(tx, row.accountId)),
    isNew: row.periods === 0 && row.anchorMs === row.createdAtMs,
    promisedUntilMs: row.promisedUntilMs,
    autoRenew: row.autoRenew,
    standingOrder: row.standingOrder,
    amountCents: dueCents(row, await itemsOf(tx, row.subscriptionId), 1) + (await owedBefore(tx, row)),
    creditCents: await creditFor(tx, row),
  };
}

/** A reminder of this day, with a link to pay by. The row is locked. @returns false: it was claimed before */
export async function remind(
  parts: ReminderParts,
  tx: Tx,
  row: SubscriptionRow,
  { dueMs, day }: { readonly dueMs: number; readonly day: number },
): Promise<boolean> {
  const nowMs = parts.world.clock.wall().atMs;
  const about = { providerId: row.providerId, subjectId: row.subscriptionId, aboutMs: dueMs, kind: `day${day}` };
  if (!(await claim(parts.world, tx, about))) return false;
  const customer = await findCustomer(tx, row);
  const { reminderMinute } = await readMessageRules(tx, row.providerId);
  const clock = { utcOffsetMinutes: await offsetOfProvider(tx, row.providerId), reminderMinute };
  const facts = await reminderFacts(tx, row, customer, { dueMs, nowMs, remindAtMs: remindAtMs(dueMs, day, clock) });
  const refusal = refuseReminder(facts, nowMs);
  if (refusal !== null || customer === null) {
    await skip(tx, about, refusal ?? "customer-off");
    return true;
  }
  const isTold = await tell(parts, tx, customer, reminderTemplate(day), about, await dueValues(parts, tx, row, facts));
  if (!isTold) await skip(tx, about, "nobody-to-reach");
  return true;
}

/** The values of texts about what is due. */
export async function dueValues(
  parts: ReminderParts,
  tx: Tx,
  row: SubscriptionRow,
  facts: ReminderFacts,
): Promise<Values> {
  const { providerId, customerId, subscriptionId } = row;
  const expiresAtMs = Math.max(facts.dueMs, parts.world.clock.wall().atMs) + linkMs;
  const { url } = await createPaymentLink(parts, tx, { providerId, customerId, subscriptionId, expiresAtMs });
  const locale = await readCustomersLocale(tx, providerId);
  const openCents = Math.max(facts.amountCents - facts.creditCents, 0);
  return {
    plan: row.planName,
    amount: amountText(openCents === 0 ? facts.amountCents : openCents, row.currency, locale),
    link: url,
  };
}

/** By the ways that the provider chose and the customer has. @returns false: there is none */
export async function tell(
  parts: ReminderParts,
  tx: Tx,
  customer: CustomerRow,
  template: TemplateName,
  about: About,
  values: Values,
): Promise<boolean> {
  const { providerId } = about;
  const rules = await readMessageRules(tx, providerId);
  const written = await writeText(tx, providerId, template, (locale, { supportPhone, utcOffsetMinutes }) => {
    const due = dayText(about.aboutMs, utcOffsetMinutes, locale);
    const plan = values.plan ?? "";
    const all = { ...values, name: customer.name, due, phone: supportPhone };
    return [
      { ...all, plan: displayName(plan, locale) },
      { ...all, plan },
    ];
  });
  const { customerId, email } = customer;
  const event = eventOf(about);
  const phone = phoneOf(parts.envelope, customer);
  let isTold = false;
  if (rules.remindsBySms && phone !== null && (await parts.messaging.hasSender(tx, providerId)))
    isTold = await parts.messaging.send(tx, { providerId, event, template, phone, customerId, ...written });
  if (rules.remindsByEmail && email !== null && parts.hasMailServer) {
    const { plan, due, provider } = written.values;
    const subject = `${provider}: ${plan}, ${due ?? ""}`.replaceAll(/[\r\n]+/g, " ");
    const { text } = written;
    const letter = { providerId, event: `${event}/mail`, template, email, subject, text, customerId };
    isTold = (await parts.messaging.sendLetter(tx, letter)) || isTold;
  }
  return isTold;
}

export const eventOf = ({ subjectId, aboutMs, kind }: About): string => `reminder/${subjectId}/${aboutMs}/${kind}`;

/** Null: it is no reminder's. */
export function readEvent(event: string): { readonly subjectId: string; readonly aboutMs: number } | null {
  const [, subjectId, aboutMs] = /^reminder\/([^/]+)\/(\d+)\//.exec(event) ?? [];
  return subjectId === undefined ? null : { subjectId, aboutMs: Number(aboutMs) };
}
