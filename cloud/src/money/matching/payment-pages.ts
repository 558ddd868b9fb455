/**
 * Prompts that are paid on a page of the channel's own, as cards do: for an invoice, for what a line is due, or into a customer's credit. Nothing is
 * told of them: a notice only says that it is time to ask, and what the channel answers then is proved. So a page that failed and is paid after all is
 * paid, and one that nobody looked at any more, too.
 */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ReadNotice } from "../channels/channel-messages.ts";
import { type EvidenceRow, settleEvidence } from "../evidence/evidence-rows.ts";
import type { Inflow } from "../evidence/inflow.ts";
import { readStoredAnswer } from "../evidence/stored-answer.ts";
import { noteUnknownCode } from "../evidence/unknown-codes.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { readReceiptOnRail } from "../receipts/receipt-rows.ts";
import { type InvoicePromptRow, isPageUsable, promptPaidJob, setPrompt } from "./invoice-prompts.ts";
import { reverseReceipt } from "./suspense.ts";

/** Asks the channel what became of a payment page. `questions/ask-page.ts` does it. */
export const askPageJob = "payments.ask-page";

/** A page of this age may be over at the channel before somebody has paid on it. */
const pageGoodMs = 20 * 3_600_000;
/** Rings nobody, and each is an order at the channel. */
const pagesADayMax = 20;

interface PageOrder {
  readonly of: { readonly invoiceId: string } | { readonly subscriptionId: string } | "credit";
  readonly account: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly askedBy: string;
}

/**
 * The page on which this very sum can be paid still: who asks again gets the same one, so that nobody pays twice. Null: there is none. Throws what
 * `tooMany` makes of too many pages in a day.
 */
export async function openPage(
  { clock }: Pick<World, "clock">,
  tx: Tx,
  channel: ChannelRow,
  order: PageOrder,
  tooMany: () => Error,
): Promise<InvoicePromptRow | null> {
  const { of } = order;
  const nowMs = clock.wall().atMs;
  const pages = await tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("providerId", "=", channel.providerId)
    .where("askedBy", "=", order.askedBy)
    .where("accountNumber", "=", order.account)
    .where("reference", "is not", null)
    .where("createdAtMs", ">", nowMs - 24 * 3_600_000)
    .orderBy("createdAtMs", "desc")
    .execute();
  const [invoiceId, subscriptionId] =
    of === "credit" ? [null, null] : "invoiceId" in of ? [of.invoiceId, null] : [null, of.subscriptionId];
  const open = pages.find(
    (row) =>
      isPageUsable(row) &&
      row.createdAtMs > nowMs - pageGoodMs &&
      row.channelId === channel.channelId &&
      row.amountCents === order.amountCents &&
      row.currency === order.currency &&
      row.invoiceId === invoiceId &&
      row.subscriptionId === subscriptionId,
  );
  if (open === undefined && pages.length >= pagesADayMax) throw tooMany();
  return open ?? null;
}

/** Locked until the transaction ends. Undefined: there is no such payment page. */
export function lockPage(tx: Tx, providerId: string, promptId: string): Promise<InvoicePromptRow | undefined> {
  return tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("promptId", "=", promptId)
    .where("reference", "is not", null)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * The payment page that a notice is about, and the order to ask about: where the answer to a new order was lost, only the notice names it, and what is
 * answered must name our reference. Null: it is about none.
 */
export async function pageOfNotice(
  tx: Tx,
  channel: { readonly providerId: string; readonly channelId: string },
  about: ReadNotice["about"],
): Promise<{ readonly promptId: string; readonly requestId: string } | null> {
  if (about === null) return null;
  const pages = tx
    .selectFrom("invoice_prompts")
    .select(["promptId", "requestId"])
    .where("providerId", "=", channel.providerId)
    .where("channelId", "=", channel.channelId)
    .where("reference", "is not", null);
  const row =
    "receipt" in about
      ? await pages.where("receipt", "=", about.receipt).executeTakeFirst()
      : ((await pages.where("requestId", "=", about.requestId).executeTakeFirst()) ??
        (about.reference
          ? await pages.where("reference", "=", about.reference).where("requestId", "is", null).executeTakeFirst()
          : undefined));
  const requestId = "requestId" in about ? about.requestId : (row?.requestId ?? null);
  return row === undefined || requestId === null ? null : { promptId: row.promptId, requestId };
}

/**
 * What the channel answered about a payment page. Our own call fetched it, so its money is proved, also where a page was said to have failed before.
 * Null: it brings no money, which is noted with it.
 * @param row stored under the id of the prompt
 */
export async function readPageAnswer(
  parts: PurchaseParts,
  tx: Tx,
  channel: ChannelRow,
  row: EvidenceRow,
): Promise<Inflow | null> {
  const { world } = parts;
  const { readers, facts } = parts.channels.kinds.definitionOf(channel.kind);
  const page = await lockPage(tx, row.providerId, row.naturalKey);
  if (page === undefined || page.reference === null || page.channelId !== row.channelId) {
    await settleEvidence(tx, row, "unmatched", "unknown payment page");
    return null;
  }
  const expected = { reference: page.reference, currency: page.currency, amountCents: page.amountCents };
  const { evidence, unknownCode } = readers.readQuery(row.body, row.receivedAtMs - page.createdAtMs, expected);
  if (unknownCode !== null) await noteUnknownCode(tx, world, row, unknownCode);
  if (evidence.kind === "success" && evidence.receipt !== null && evidence.amountCents !== null) {
    const { receipt, amountCents, trust } = evidence;
    const requestId = readStoredAnswer(row.body).requestId ?? page.requestId;
    await setPrompt(world, tx, page, { state: "paid", reason: null, receipt, requestId });
    if (page.state !== "paid" && page.renewsFromMs !== null)
      await parts.jobs.send(tx, promptPaidJob, { providerId: page.providerId, promptId: page.promptId });
    return {
      source: "order-status",
      trust,
      receipt,
      amountCents,
      currency: page.currency,
      accountText: page.accountNumber,
      // Who has the card, nobody says: the money is of whose account number it is.
      payer: { kind: "none" },
      payerName: null,
      paidAtMs: evidence.paidAtMs ?? null,
      shortcode: null,
    };
  }
  if (evidence.kind === "failure" && page.state !== "paid")
    await setPrompt(world, tx, page, { state: "failed", reason: evidence.reason });
  if (evidence.kind === "reversal") {
    const id = { providerId: row.providerId, rail: facts.rail, receipt: evidence.receipt };
    const receipt = await readReceiptOnRail(tx, id);
    if (receipt !== undefined) await reverseReceipt(parts, tx, receipt, "reversal-result");
  }
  const outcome = evidence.kind === "failure" ? `failed: ${evidence.reason}` : evidence.kind;
  await settleEvidence(tx, row, "done", outcome === "unknown" ? "nothing new" : outcome);
  return null;
}
