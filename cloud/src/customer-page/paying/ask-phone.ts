import type { World } from "@karibu/protocol/world";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { customerRefusal, notFound, refusal } from "../../ground/http/problem.ts";
import { type InvoicePromptRow, setPrompt } from "../../money/matching/invoice-prompts.ts";
import { openPage } from "../../money/matching/payment-pages.ts";
import {
  askingChannel,
  insertPromptOf,
  type PromptOrder,
  phoneIsAsked,
  sendPrompt,
  type WrittenPrompt,
} from "../../money/matching/send-prompt.ts";
import { refuseShut } from "../services/own.ts";
import type { PayParts } from "./pay-parts.ts";

export interface PhoneAsked {
  readonly providerId: string;
  /** What the limits are counted by: `customer/<id>`, `link/<id>`. Whoever asks again for the same purpose reads these prompts alone. */
  readonly purpose: string;
  readonly key: string;
  /** An MSISDN; for a page the customer's own, because some channels want one. */
  readonly phone: string;
  /** The way to pay that was chosen; left out: the phone is asked. */
  readonly channelId?: string | undefined;
  readonly amountCents: number;
  readonly currency: string;
  readonly accountNumber: string;
  /** On the phone's screen and in the wallet's statement. */
  readonly description: string;
  /** Until when the line that is renewed with it is paid now; null: the money stays in credit. */
  readonly renewsFromMs: number | null;
  readonly of: PromptOrder["of"];
}

/**
 * For one purpose in 24 hours, and of a provider's customers together in an hour: a phone that rings all day costs a customer. What was paid is no
 * nuisance: on the day when everybody is reminded, hundreds pay within an hour.
 */
const limits = { purposeMax: 5, providerMax: 120 } as const;
const hourMs = 3_600_000;
/** Purposes begin so: those of staff and of the hub itself are counted elsewhere. */
const purposes = /^(customer|link)\//;

/** In a transaction of the caller's choice; then `sendAsked` outside of it. The same key is the same prompt. Throws Problems that name the field. */
export async function writeAsked(parts: PayParts, tx: Tx, asked: PhoneAsked): Promise<WrittenPrompt> {
  const { world } = parts;
  const { providerId, purpose, phone } = asked;
  if (!purposes.test(purpose)) throw new TypeError(`no purpose of customers: ${purpose}`);
  const idempotencyKey = `my/${purpose}/${asked.key}`;
  const party = parts.parties.ofPhone(providerId, phone);
  // One at a time of a provider's customers: the same request twice at once, counts and open prompts are as they are when this one is written.
  await lockName(tx, `customer-prompts/${providerId}`);
  const same = await tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("idempotencyKey", "=", idempotencyKey)
    .executeTakeFirst();
  if (same !== undefined) {
    if (isSame(same, asked, party)) return { row: same, send: null };
    throw customerRefusal("key-reused", { field: "Idempotency-Key" });
  }
  const nowMs = world.clock.wall().atMs;
  await refuseShut(tx, providerId, nowMs);
  const { amountCents, currency } = asked;
  const channel = await askingChannel(parts.kinds, tx, { providerId, currency, amountCents }, asked.channelId);
  if (channel === null) throw refusal("no-channel", { status: 409 });
  const order = {
    providerId,
    of: asked.of,
    account: asked.accountNumber,
    amountCents,
    currency,
    phone,
    askedBy: purpose,
    idempotencyKey,
  };
  const isPage = parts.kinds.factsOf(channel.kind).pays === "page";
  const tooOften = () => customerRefusal("asked-too-often");
  const open = isPage ? await openPage(world, tx, channel, order, tooOften) : null;
  if (!isPage) await refuseTooOften(world, tx, { providerId, purpose, party, nowMs });
  const { row, send } = open === null ? await insertPromptOf(parts, tx, channel, order) : { row: open, send: null };
  // The line may have been renewed since a page was opened: who asks for it again wants the next period.
  return { row: await setPrompt(world, tx, row, { renewsFromMs: asked.renewsFromMs }), send };
}

/**
 * The phone of a page is the customer's own. Who has a link does not know it, and must not learn it by trying one with the same key: so it is compared
 * with nothing.
 */
function isSame(row: InvoicePromptRow, { channelId, amountCents, currency }: PhoneAsked, party: Party): boolean {
  if (row.reference !== null)
    return row.channelId === channelId && row.amountCents === amountCents && row.currency === currency;
  return row.phoneHash === party && (channelId === undefined || row.channelId === channelId);
}

async function refuseTooOften(
  world: World,
  tx: Tx,
  of: { readonly providerId: string; readonly purpose: string; readonly party: Party; readonly nowMs: number },
): Promise<void> {
  const { providerId, purpose, nowMs } = of;
  if (await phoneIsAsked(world, tx, providerId, of.party))
    throw customerRefusal("prompt-already-open", { field: "phone" });
  const made = tx
    .selectFrom("invoice_prompts")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("providerId", "=", providerId)
    .where("reference", "is", null)
    // What a clock that was ahead dated would count until that time has come.
    .where("createdAtMs", "<=", nowMs + processClockSlackMs);
  const count = async (rows: typeof made) => Number((await rows.executeTakeFirstOrThrow()).count);
  const ofPurpose = made.where("askedBy", "=", purpose).where("createdAtMs", ">", nowMs - 24 * hourMs);
  const ofCustomers = made
    .where((is) => is.or([is("askedBy", "like", "customer/%"), is("askedBy", "like", "link/%")]))
    .where("state", "!=", "paid")
    .where("createdAtMs", ">", nowMs - hourMs);
  if ((await count(ofPurpose)) >= limits.purposeMax || (await count(ofCustomers)) >= limits.providerMax)
    throw customerRefusal("asked-too-often");
}

export const sendAsked = (parts: PayParts, written: WrittenPrompt, asked: PhoneAsked) =>
  sendPrompt(parts, written, { phone: asked.phone, description: asked.description });

/** One of this purpose's. Throws Problem 404. */
export async function readAsked(tx: Tx, purpose: string, promptId: string): Promise<InvoicePromptRow> {
  const row = await tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("askedBy", "=", purpose)
    .where("promptId", "=", promptId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("prompt");
  return row;
}
