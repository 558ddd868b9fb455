/** What may be asked of a customer's phone for an invoice, or opened as a page where a card pays it. `matching/send-prompt.ts` asks. */
import type { World } from "@karibu/protocol/world";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { InvoicePromptRow } from "../matching/invoice-prompts.ts";
import { openPage } from "../matching/payment-pages.ts";
import {
  askingChannel,
  insertPromptOf,
  type PromptParts,
  phoneIsAsked,
  type WrittenPrompt,
} from "../matching/send-prompt.ts";

/** What of an invoice a prompt needs. */
export interface PromptedInvoice {
  readonly invoiceId: string;
  readonly number: number;
  readonly state: "issued" | "paid" | "void";
  readonly totalCents: number;
  readonly currency: string;
  readonly accountNumber: string | null;
}

export interface InvoicePromptOrder {
  readonly providerId: string;
  readonly userId: string;
  readonly idempotencyKey: string;
  /** An MSISDN. */
  readonly phone: string;
  /** Whose prompts of the hour are counted: their keys begin with it, and a "/". Left out: all of the provider. */
  readonly payer?: string;
  /** The way to pay that was chosen; left out: the phone is asked. */
  readonly channelId?: string | undefined;
}

/** A phone that rings all day costs a customer. */
const limits = { invoiceMax: 5, providerMax: 60 } as const;
const hourMs = 3_600_000;

/** In a transaction that has locked the invoice. Throws Problems that name the field. The same key is the same prompt. */
export async function writePrompt(
  parts: PromptParts,
  tx: Tx,
  invoice: PromptedInvoice,
  order: InvoicePromptOrder,
): Promise<WrittenPrompt> {
  const { world, kinds } = parts;
  const { providerId, phone, idempotencyKey } = order;
  const party = parts.parties.ofPhone(providerId, phone);
  const same = await tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("idempotencyKey", "=", idempotencyKey)
    .executeTakeFirst();
  if (same !== undefined) return { row: sameInvoice(same, invoice, party), send: null };
  if (invoice.state !== "issued") throw refusal(invoice.state);
  const { accountNumber: account, totalCents: amountCents, currency } = invoice;
  if (account === null) throw refusal("no-account");
  const nowMs = world.clock.wall().atMs;
  const channel = await askingChannel(kinds, tx, { providerId, currency, amountCents }, order.channelId);
  if (channel === null) throw refusal("no-channel", { status: 409 });
  const asked = {
    providerId,
    of: { invoiceId: invoice.invoiceId },
    account,
    amountCents,
    currency,
    phone,
    askedBy: order.userId,
    idempotencyKey,
  };
  if (kinds.factsOf(channel.kind).pays === "page") {
    const open = await openPage(world, tx, channel, asked, () => refusal("asked-too-often"));
    if (open !== null) return { row: open, send: null };
  } else {
    const { payer = null } = order;
    await refuseTooOften(world, tx, { providerId, payer, party, invoiceId: invoice.invoiceId, nowMs });
  }
  return insertPromptOf(parts, tx, channel, asked);
}

function sameInvoice(same: InvoicePromptRow, invoice: PromptedInvoice, party: Party): InvoicePromptRow {
  if (same.invoiceId === invoice.invoiceId && same.phoneHash === party) return same;
  throw refusal("key-reused", { field: "Idempotency-Key" });
}

async function refuseTooOften(
  world: World,
  tx: Tx,
  of: {
    readonly providerId: string;
    readonly payer: string | null;
    readonly party: Party;
    readonly invoiceId: string;
    readonly nowMs: number;
  },
): Promise<void> {
  const { invoiceMax, providerMax } = limits;
  const { providerId, party, nowMs } = of;
  // One at a time of a provider's invoices: what is counted is as it is when this one is written.
  await lockName(tx, `invoice-prompts/${providerId}`);
  if (await phoneIsAsked(world, tx, providerId, party)) throw refusal("prompt-already-open", { field: "phone" });
  const made = tx
    .selectFrom("invoice_prompts")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("providerId", "=", providerId)
    .where("invoiceId", "is not", null)
    .where("reference", "is", null);
  const count = async (rows: typeof made) => Number((await rows.executeTakeFirstOrThrow()).count);
  const ofInvoice = made.where("invoiceId", "=", of.invoiceId).where("createdAtMs", ">", nowMs - 24 * hourMs);
  if ((await count(ofInvoice)) >= invoiceMax) throw refusal("asked-too-often");
  const ofHour = made
    .where("createdAtMs", ">", nowMs - hourMs)
    .$if(of.payer !== null, (rows) => rows.where("idempotencyKey", "like", `${of.payer}/%`));
  if ((await count(ofHour)) >= providerMax) throw refusal("asked-too-often");
}
