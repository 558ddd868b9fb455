/**
 * A prompt that is no purchase's: for an invoice, or for what a subscription is due. It is on a phone, or on a page of the channel's own where
 * cards pay. The row is written before anything is sent, so the same key never sends a second prompt; the channel is called outside of a
 * transaction, and what it answered is written afterwards. The money goes the way of the account number that the prompt names.
 */
import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { PayChannel } from "@karibu/protocol/pay-channel";
import type { World } from "@karibu/protocol/world";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { noteAnswer } from "../channel-health/note-answer.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { type Channels, hashOf } from "../channels/channels.ts";
import { sellingChannels } from "../channels/selling-channel.ts";
import { promptIsOpen, promptSpan } from "../purchases/purchase-rows.ts";
import { newReference } from "../purchases/reference.ts";
import { lockPhone } from "../purchases/start-purchase.ts";
import { type InvoicePromptRow, insertPrompt, setPrompt } from "./invoice-prompts.ts";
import { askPageJob } from "./payment-pages.ts";

export interface PromptParts {
  readonly world: World;
  readonly emit: Emit;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly channels: Channels;
  readonly kinds: ChannelKinds;
}

/** What is asked for. */
export interface PromptOrder {
  readonly providerId: string;
  /** `credit`: the money just goes into the credit of whose account number it is. */
  readonly of: { readonly invoiceId: string } | { readonly subscriptionId: string } | "credit";
  readonly account: string;
  readonly amountCents: number;
  readonly currency: string;
  /** An MSISDN. */
  readonly phone: string;
  readonly askedBy: string;
  readonly idempotencyKey: string;
}

export interface WrittenPrompt {
  readonly row: InvoicePromptRow;
  readonly send: { readonly channel: ChannelRow; readonly secret: string } | null;
}

/** May any prompt be on this phone now? Others that ask of this phone wait until this transaction ends: two at once would both find none. */
export async function phoneIsAsked(world: World, tx: Tx, providerId: string, party: Party): Promise<boolean> {
  await lockPhone(tx, providerId, party);
  const open = await tx
    .selectFrom("invoice_prompts")
    .select("promptId")
    .where("providerId", "=", providerId)
    .where("phoneHash", "=", party)
    .where("reference", "is", null)
    .where("state", "in", ["sending", "prompted", "unknown"])
    .where((is) => is.between("createdAtMs", ...promptSpan(world.clock.wall().atMs)))
    .executeTakeFirst();
  return open !== undefined || (await promptIsOpen(world, tx, { providerId, party }));
}

/** Was any of these sent, and nobody knows that it failed or was paid? */
export async function mayStillBePaid(tx: Tx, providerId: string, keys: readonly string[]): Promise<boolean> {
  if (keys.length === 0) return false;
  const open = await tx
    .selectFrom("invoice_prompts")
    .select("promptId")
    .where("providerId", "=", providerId)
    .where("idempotencyKey", "in", [...keys])
    .where("state", "in", ["sending", "prompted", "unknown"])
    .executeTakeFirst();
  return open !== undefined;
}

type Sum = Pick<PromptOrder, "providerId" | "currency" | "amountCents">;

/** The ways to pay this sum of which a payer chooses one, the usual one first. */
export const askingWays = async (kinds: ChannelKinds, tx: Tx, sum: Sum): Promise<PayChannel[]> =>
  waysAmong(kinds, await sellingChannels(kinds, tx, sum.providerId, "", sum.currency), sum);

/** Of these channels, in their order, the ways to pay this sum. */
export function waysAmong(
  kinds: ChannelKinds,
  channels: readonly Pick<ChannelRow, "channelId" | "kind">[],
  sum: Pick<Sum, "currency" | "amountCents">,
): PayChannel[] {
  return channels.flatMap(({ channelId, kind }) => {
    const paysBy = kinds.asksBy(kind, sum);
    return paysBy === null ? [] : [{ channelId, name: kinds.factsOf(kind).wallet, paysBy }];
  });
}

/** The channel that asks for this sum. @param channelId that the payer chose; left out: the usual one that asks a phone. Null: none can. */
export async function askingChannel(
  kinds: ChannelKinds,
  tx: Tx,
  sum: Sum,
  channelId?: string,
): Promise<ChannelRow | null> {
  const able = await sellingChannels(kinds, tx, sum.providerId, "", sum.currency);
  const isMeant = (row: ChannelRow) => {
    const by = kinds.asksBy(row.kind, sum);
    return channelId === undefined ? by === "phone" : by !== null && row.channelId === channelId;
  };
  return able.find(isMeant) ?? null;
}

/** When a page is first asked about, where no notice came. */
const firstAskMs = 20_000;

/** In the transaction that decides to ask. */
export async function insertPromptOf(
  { world, parties, kinds }: Pick<PromptParts, "world" | "parties" | "kinds">,
  tx: Tx,
  channel: ChannelRow,
  order: PromptOrder,
): Promise<WrittenPrompt> {
  const secret = newSecret(world);
  const nowMs = world.clock.wall().atMs;
  const isPage = kinds.factsOf(channel.kind).pays === "page";
  const row = await insertPrompt(tx, {
    providerId: order.providerId,
    promptId: newId(world),
    ...(order.of === "credit"
      ? {}
      : "invoiceId" in order.of
        ? { invoiceId: order.of.invoiceId }
        : { subscriptionId: order.of.subscriptionId }),
    channelId: channel.channelId,
    idempotencyKey: order.idempotencyKey,
    secretHash: hashOf(secret),
    accountNumber: order.account,
    phoneHash: parties.ofPhone(order.providerId, order.phone),
    phoneMasked: maskPhone(order.phone),
    amountCents: order.amountCents,
    currency: order.currency,
    state: "sending",
    askedBy: order.askedBy,
    createdAtMs: nowMs,
    changedAtMs: nowMs,
    ...(isPage ? { reference: newReference(world) } : {}),
  });
  if (isPage) {
    const { providerId, promptId } = row;
    await sendToOutbox(world)(tx, askPageJob, { providerId, promptId }, { startAfterMs: firstAskMs });
  }
  return { row, send: { channel, secret } };
}

/** Sends what was written, once, and writes down what the channel answered. */
export async function sendPrompt(
  parts: PromptParts,
  { row, send }: WrittenPrompt,
  { phone, description }: { readonly phone: string; readonly description: string },
): Promise<InvoicePromptRow> {
  if (send === null) return row;
  const { world, channels, kinds, database } = parts;
  const { channel, secret } = send;
  const { amountCents, currency, reference: ofPage } = row;
  const reference = ofPage ?? row.accountNumber;
  const answer = await channels
    .open(channel)
    .start({ amountCents, currency, phone, reference, description, secret })
    .catch((error: unknown) => {
      // Thrown before the prompt left: no token.
      world.log.warn("prompt-not-sent", { promptId: row.promptId, error: String(error) });
      return { status: 0, body: "", notSent: "away" } as const;
    });
  const read = kinds.definitionOf(channel.kind).readers.readStart(JSON.stringify(answer));
  const { evidence, trouble = null, redirectUrl = null } = read;
  return database.asProvider(row.providerId, async (tx) => {
    const now = await tx
      .selectFrom("invoice_prompts")
      .selectAll()
      .where("providerId", "=", row.providerId)
      .where("promptId", "=", row.promptId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { requestAcceptedAtMs } = channel;
    await noteAnswer(
      parts,
      tx,
      { ...now, madeAtMs: now.createdAtMs, requestAcceptedAtMs, channelFails: true },
      evidence,
      trouble,
    );
    // A callback can be faster than the answer.
    const isDecided = now.state === "paid" || now.state === "failed";
    if (evidence.kind === "accepted")
      return setPrompt(world, tx, now, {
        requestId: evidence.requestId,
        redirectUrl,
        ...(isDecided ? {} : { state: "prompted" as const }),
      });
    if (isDecided) return now;
    if (evidence.kind === "failure") return setPrompt(world, tx, now, { state: "failed", reason: evidence.reason });
    return setPrompt(world, tx, now, { state: "unknown" });
  });
}
