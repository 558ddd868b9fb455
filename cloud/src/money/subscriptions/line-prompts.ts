/**
 * A line's customer is asked by phone for what credit does not cover. The try is written, with the prompt, before anything is sent: a process that
 * dies in between has used up a try, and asked nobody twice. The money goes the way of the customer's own number, into credit, which renews.
 */

import { isServed } from "../../catalogue/accounts/accounts.ts";
import { isSuspended, phoneOf, readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { openCustomerNumber } from "../matching/customer-numbers.ts";
import {
  askingChannel,
  insertPromptOf,
  mayStillBePaid,
  type PromptParts,
  phoneIsAsked,
  sendPrompt,
  type WrittenPrompt,
} from "../matching/send-prompt.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import { type ChargeParts, dueCents, itemsOf, owedBefore } from "./charge-subscription.ts";
import { asksNow } from "./policy/line-prompt-policy.ts";
import type { SubscriptionRow } from "./subscription.ts";
import { phaseOf } from "./subscription-policy.ts";
import { factsOf, hasAccount, isSelling, keep, lastTryMs, readSubscription } from "./subscription-rows.ts";

export type LinePromptParts = ChargeParts & PromptParts;

/** M-Pesa takes whole shillings; the rest of one stays in credit. */
const stepCents = 100;
/** A prompt for something else is on the phone: look again when it is over. */
const againMs = 2 * 60_000;

const promptKey = (row: SubscriptionRow, n: number): string =>
  `subscription/${row.subscriptionId}/${row.paidUntilMs}/prompt/${n}`;

/** Asks, if it is time to. */
export async function promptForLine(parts: LinePromptParts, providerId: string, subscriptionId: string): Promise<void> {
  const noted = await parts.database.asProvider(providerId, (tx) => noteTry(parts, tx, subscriptionId));
  if (noted !== null) await sendPrompt(parts, noted.written, noted);
}

/** Who never paid has not begun: nobody's phone rings for that. Nor where M-Pesa pays by itself: it would be paid twice. */
export const mayBeAsked = (row: SubscriptionRow): boolean =>
  row.endedAtMs === null && row.autoRenew && !row.standingOrder && !row.cancelAtEnd && row.periods > 0;

async function noteTry(
  parts: LinePromptParts,
  tx: Tx,
  subscriptionId: string,
): Promise<{ readonly written: WrittenPrompt; readonly phone: string; readonly description: string } | null> {
  const { world } = parts;
  const row = await readSubscription(tx, subscriptionId);
  const nowMs = world.clock.wall().atMs;
  const { providerId, customerId, currency } = row;
  const facts = await factsOf(tx, row);
  if (!mayBeAsked(row) || !["active", "grace", "over"].includes(phaseOf(facts, nowMs))) return null;
  if (!(await hasAccount(tx, row.accountId)) || !(await isServed(tx, row.accountId))) return null;
  if (!(await isSelling(tx, providerId, nowMs))) return null;
  const customer = await readCustomer(tx, customerId);
  const phone = phoneOf(parts.envelope, customer);
  const party = customer.phoneHash;
  if (phone === null || party === null || (await isSuspended(tx, party))) return null;
  const owed = dueCents(row, await itemsOf(tx, subscriptionId), 1) + (await owedBefore(tx, row));
  // What only a callback has told counts too: it is on its way.
  const { creditCents } = await readSpendable(tx, { providerId, party, currency });
  const missingCents = Math.ceil(Math.max(0, owed - creditCents) / stepCents) * stepCents;
  const tries = Array.from({ length: row.prompts }, (_, index) => promptKey(row, index + 1));
  const { renewalPromptsMax: max } = await readMoneySettings(tx, providerId);
  const asks = asksNow({
    nowMs,
    paidUntilMs: row.paidUntilMs,
    utcOffsetMinutes: facts.utcOffsetMinutes,
    missingCents,
    made: row.prompts,
    max,
    lastAtMs: await lastTryMs(tx, row),
    isOpen: await mayStillBePaid(tx, providerId, tries),
  });
  if (!asks) return null;
  if (await phoneIsAsked(world, tx, providerId, party)) {
    await keep(parts, tx, row, { nextLookMs: nowMs + againMs }, null);
    return null;
  }
  const channel = await askingChannel(parts.kinds, tx, { providerId, currency, amountCents: missingCents });
  if (channel === null) return null;
  const written = await insertPromptOf(parts, tx, channel, {
    providerId,
    of: { subscriptionId },
    account: await openCustomerNumber(world, tx, { providerId, customerId }),
    amountCents: missingCents,
    currency,
    phone,
    askedBy: "karibu",
    idempotencyKey: promptKey(row, row.prompts + 1),
  });
  const change = { prompts: row.prompts + 1, promptedAtMs: nowMs };
  await keep(parts, tx, row, change, { what: "prompted", who: "karibu", amountCents: missingCents });
  return { written, phone, description: row.planName };
}
