/**
 * Asks a customer's phone for an invoice. The row is written before anything is sent, so the same key never sends a second prompt; the
 * channel is called outside of a transaction, and what it answered is written afterwards.
 */

import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { Problem } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { type Channels, hashOf } from "../channels/channels.ts";
import { sellingChannels } from "../channels/selling-channel.ts";
import type { ChannelRow } from "../channels/tables.ts";
import { type InvoicePromptRow, insertPrompt, setPrompt } from "../matching/invoice-prompts.ts";
import { promptIsOpen, promptOpenMs } from "../purchases/intent-rows.ts";

export interface PromptParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly channels: Channels;
  readonly kinds: ChannelKinds;
}

/** What of an invoice a prompt needs. */
export interface PromptedInvoice {
  readonly invoice_id: string;
  readonly number: number;
  readonly state: "issued" | "paid" | "void";
  readonly total_cents: number;
  readonly currency: string;
  readonly account_number: string | null;
}

export interface InvoicePromptOrder {
  readonly providerId: string;
  readonly userId: string;
  readonly idempotencyKey: string;
  /** 12 digits. */
  readonly phone: string;
}

/** A phone that rings all day costs a customer. */
const limits = { invoiceMax: 5, providerMax: 60 } as const;
const hourMs = 3_600_000;

type Written = {
  readonly row: InvoicePromptRow;
  readonly send: { readonly channel: ChannelRow; readonly secret: string } | null;
};

/** In a transaction that has locked the invoice. Throws Problems that name the field. The same key is the same prompt. */
export async function writePrompt(
  parts: PromptParts,
  tx: Tx,
  invoice: PromptedInvoice,
  order: InvoicePromptOrder,
): Promise<Written> {
  const { world, kinds } = parts;
  const { providerId, phone, idempotencyKey } = order;
  const party = parts.parties.ofPhone(providerId, phone);
  const same = await tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("idempotency_key", "=", idempotencyKey)
    .executeTakeFirst();
  if (same !== undefined) return { row: sameInvoice(same, invoice, party), send: null };
  if (invoice.state !== "issued") throw new Problem(409, invoice.state, `This invoice is ${invoice.state}.`);
  const { account_number: account, total_cents: amountCents, currency } = invoice;
  if (account === null)
    throw new Problem(409, "no-account", "This invoice has no account number: its customer has no phone here.");
  const nowMs = world.clock.wall().atMs;
  await refuseTooOften(world, tx, { providerId, party, invoiceId: invoice.invoice_id, nowMs });
  const able = await sellingChannels(kinds, tx, providerId, "", currency);
  const channel = able.find(({ kind }) => canAsk(kinds, kind, amountCents));
  if (channel === undefined) throw new Problem(409, "no-channel", "No channel of yours can ask a phone for this sum.");
  const secret = newSecret(world);
  const row = await insertPrompt(tx, {
    provider_id: providerId,
    prompt_id: newId(world),
    invoice_id: invoice.invoice_id,
    channel_id: channel.channel_id,
    idempotency_key: idempotencyKey,
    secret_hash: hashOf(secret),
    account_number: account,
    phone_hash: party,
    phone_masked: maskPhone(phone),
    amount_cents: amountCents,
    currency,
    state: "sending",
    asked_by: order.userId,
    created_at_ms: nowMs,
    changed_at_ms: nowMs,
  });
  return { row, send: { channel, secret } };
}

/** Sends what `writePrompt` wrote, once, and writes down what the channel answered. */
export async function sendPrompt(
  parts: PromptParts,
  { row, send }: Written,
  { phone, description }: { readonly phone: string; readonly description: string },
): Promise<InvoicePromptRow> {
  if (send === null) return row;
  const { world, channels, kinds, database } = parts;
  const { channel, secret } = send;
  const { amount_cents: amountCents, currency, account_number: reference } = row;
  const answer = await channels
    .open(channel)
    .start({ amountCents, currency, phone, reference, description, secret })
    .catch((error: unknown) => {
      // Thrown before the push left: no token.
      world.log.warn("prompt-not-sent", { promptId: row.prompt_id, error: String(error) });
      return { status: 0, body: "", notSent: "away" } as const;
    });
  const { evidence } = kinds.definitionOf(channel.kind).readers.readStart(JSON.stringify(answer));
  return database.asProvider(row.provider_id, async (tx) => {
    const now = await tx
      .selectFrom("invoice_prompts")
      .selectAll()
      .where("provider_id", "=", row.provider_id)
      .where("prompt_id", "=", row.prompt_id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    // A callback can be faster than the answer.
    const isDecided = now.state === "paid" || now.state === "failed";
    if (evidence.kind === "accepted")
      return setPrompt(world, tx, now, {
        request_id: evidence.requestId,
        ...(isDecided ? {} : { state: "prompted" as const }),
      });
    if (isDecided) return now;
    if (evidence.kind === "failure") return setPrompt(world, tx, now, { state: "failed", reason: evidence.reason });
    return setPrompt(world, tx, now, { state: "unknown" });
  });
}

function sameInvoice(same: InvoicePromptRow, invoice: PromptedInvoice, party: Party): InvoicePromptRow {
  if (same.invoice_id === invoice.invoice_id && same.phone_hash === party) return same;
  throw new Problem(409, "key-reused", "Idempotency-Key: it was used for another prompt.", {
    field: "Idempotency-Key",
  });
}

/** A channel whose callback names the receipt: without it nobody could say which money pays the invoice. */
function canAsk(kinds: ChannelKinds, kind: string, amountCents: number): boolean {
  const { facts, readers } = kinds.definitionOf(kind);
  if (facts.pays !== "phone" || readers.readCallback === null || readers.readInflow === null) return false;
  return amountCents % facts.amountCentsStep === 0 && amountCents <= facts.amountCentsMax;
}

async function refuseTooOften(
  world: World,
  tx: Tx,
  of: { readonly providerId: string; readonly party: Party; readonly invoiceId: string; readonly nowMs: number },
): Promise<void> {
  const { invoiceMax, providerMax } = limits;
  const { providerId, party, nowMs } = of;
  const open = await tx
    .selectFrom("invoice_prompts")
    .select("prompt_id")
    .where("provider_id", "=", providerId)
    .where("phone_hash", "=", party)
    .where("state", "in", ["sending", "prompted", "unknown"])
    .where("created_at_ms", ">", nowMs - promptOpenMs)
    .executeTakeFirst();
  if (open !== undefined || (await promptIsOpen(world, tx, { providerId, party })))
    throw new Problem(409, "prompt-already-open", "phone: a prompt is open on this phone.", { field: "phone" });
  const made = tx
    .selectFrom("invoice_prompts")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("provider_id", "=", providerId);
  const count = async (rows: typeof made) => Number((await rows.executeTakeFirstOrThrow()).count);
  const ofInvoice = made.where("invoice_id", "=", of.invoiceId).where("created_at_ms", ">", nowMs - 24 * hourMs);
  if ((await count(ofInvoice)) >= invoiceMax)
    throw new Problem(429, "asked-too-often", `An invoice is asked for ${invoiceMax} times in 24 hours at most.`);
  if ((await count(made.where("created_at_ms", ">", nowMs - hourMs))) >= providerMax)
    throw new Problem(429, "asked-too-often", `${providerMax} prompts for invoices in an hour at most.`);
}
