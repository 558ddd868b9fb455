/**
 * A customer, or somebody for them, lets a phone be asked for money. What is paid goes to the customer's own account number, so into their credit; a
 * service that it was meant for is renewed from there as soon as the money is proved, page open or not. It is the machinery of prompts for invoices:
 * written before anything is sent, at most one open prompt on a phone, at most five a day for one purpose.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import {
  type PromptedInvoice,
  type PromptParts,
  sendPrompt,
  writePrompt,
} from "../../money/invoices/prompt-invoice.ts";
import type { InvoicePromptRow } from "../../money/matching/invoice-prompts.ts";
import { creditFor, dueCents, itemsOf, renew } from "../../money/subscriptions/charge-subscription.ts";
import { readSubscription } from "../../money/subscriptions/subscription-rows.ts";
import { mayRenew, type ServiceParts, who } from "../services/service-routes.ts";

export interface PayParts extends ServiceParts, PromptParts {
  readonly world: World;
  readonly database: Database;
  readonly jobs: JobQueue;
}

export interface PhoneAsked {
  readonly providerId: string;
  /** What the limits are counted by: `customer/<id>`, `link/<id>`. Whoever asks again for the same purpose reads these prompts alone. */
  readonly purpose: string;
  readonly key: string;
  /** 12 digits. */
  readonly phone: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly accountNumber: string;
  /** On the phone's screen and in the wallet's statement. */
  readonly description: string;
  /** Renewed with what is paid; null: it stays in credit. */
  readonly subscription: { readonly subscriptionId: string; readonly paidUntilMs: number } | null;
  /** An invoice that is asked for itself, with its own number; left out: none. */
  readonly invoice?: PromptedInvoice;
}

export const promptView = z.object({
  promptId: z.string(),
  state: z.enum(["sending", "prompted", "paid", "failed", "unknown"]),
  reason: z.string().nullable(),
  receipt: z.string().nullable(),
  amountCents: z.int(),
  currency: z.string(),
  /** Masked. */
  phone: z.string(),
});

export const viewOfPrompt = (row: InvoicePromptRow): z.input<typeof promptView> => ({
  promptId: row.prompt_id,
  state: row.state,
  reason: row.reason,
  receipt: row.receipt,
  amountCents: row.amount_cents,
  currency: row.currency,
  phone: row.phone_masked,
});

const renewJob = "reconnection.customer-renewal";
const renewSchema = z.object({
  providerId: z.string(),
  subscriptionId: z.string(),
  promptId: z.string(),
  paidUntilMs: z.int(),
  untilMs: z.int(),
});
/** A prompt is answered within minutes; its proof may take longer, where the channel is slow. */
const renewWithinMs = 3_600_000;
const soonMs = 3000;
const laterMs = 20_000;

/** In a transaction of the caller's choice; then `sendAsked` outside of it. */
export async function writeAsked(
  parts: PayParts,
  tx: Tx,
  asked: PhoneAsked,
): Promise<Awaited<ReturnType<typeof writePrompt>>> {
  const { providerId, purpose, key, phone } = asked;
  const invoice: PromptedInvoice = asked.invoice ?? {
    invoice_id: purpose,
    number: 0,
    state: "issued",
    total_cents: asked.amountCents,
    currency: asked.currency,
    account_number: asked.accountNumber,
  };
  const order = { providerId, userId: purpose, idempotencyKey: `my/${purpose}/${key}`, phone };
  const written = await writePrompt(parts, tx, invoice, order);
  if (asked.subscription !== null && written.send !== null) {
    const nowMs = parts.world.clock.wall().atMs;
    const data = { providerId, promptId: written.row.prompt_id, untilMs: nowMs + renewWithinMs, ...asked.subscription };
    await parts.jobs.send(tx, renewJob, data, { startAfterMs: soonMs });
  }
  return written;
}

export const sendAsked = (parts: PayParts, written: Awaited<ReturnType<typeof writePrompt>>, asked: PhoneAsked) =>
  sendPrompt(parts, written, { phone: asked.phone, description: asked.description });

/** One of this purpose's. Throws Problem 404. */
export async function readAsked(tx: Tx, purpose: string, promptId: string): Promise<InvoicePromptRow> {
  const row = await tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("asked_by", "=", purpose)
    .where("prompt_id", "=", promptId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("prompt");
  return row;
}

/** The money of a prompt is on its way into credit: whoever asked wants their service, not credit. */
export async function registerRenewals(parts: PayParts): Promise<void> {
  await parts.jobs.work(renewJob, async (data) => {
    const asked = renewSchema.parse(data);
    await parts.database.asProvider(asked.providerId, async (tx) => {
      const nowMs = parts.world.clock.wall().atMs;
      const prompt = await tx
        .selectFrom("invoice_prompts")
        .select(["state", "created_at_ms"])
        .where("provider_id", "=", asked.providerId)
        .where("prompt_id", "=", asked.promptId)
        .executeTakeFirst();
      if (prompt === undefined || prompt.state === "failed" || nowMs > asked.untilMs) return;
      const row = await readSubscription(tx, asked.subscriptionId);
      // Renewed meanwhile, by its own clock or by hand: the rest is credit.
      if (row.paid_until_ms !== asked.paidUntilMs || !(await mayRenew(tx, row))) return;
      const wanted = dueCents(row, await itemsOf(tx, row.subscription_id), 1);
      if (prompt.state === "paid" && (await creditFor(tx, row)) >= wanted) {
        await renew(parts, tx, row, 1, { from: "credit", key: `prompt/${asked.promptId}`, who });
        return;
      }
      const isNew = nowMs - prompt.created_at_ms < 120_000;
      await parts.jobs.send(tx, renewJob, asked, { startAfterMs: isNew ? soonMs : laterMs });
    });
  });
}
