/**
 * The address to which an owner's phone forwards M-Pesa's messages, one for each channel. Who knows it can tell of money, so what it
 * tells is no better known than a callback: told, within the hourly limit, and proved by nothing but the channel.
 */

import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { type AnnouncePaths, announcePaths } from "../channels/announce-paths.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { CallbackAnswer } from "../channels/channel-messages.ts";
import { hashOf } from "../channels/channels.ts";
import { ofChannel } from "../channels/of-channel.ts";
import { countFacts } from "../evidence/count-facts.ts";
import { type EvidenceParts, storeEvidence } from "../evidence/evidence-rows.ts";
import { forwardedSource } from "../evidence/forwarded.ts";
import { type MoneyTold, moneyTold, readForwarded } from "./forwarded-message.ts";

/** A phone that gets another address, and one that was forgotten. */
const replacedGoodMs = 2 * 86_400_000;
/** More messages than a busy till gets in an hour. */
const messagesAnHourMax = 600;
const hourMs = 3_600_000;

interface AddressParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly announcePaths?: AnnouncePaths | undefined;
}

type ChannelId = Pick<ChannelRow, "providerId" | "channelId">;

const contextOf = ({ providerId, channelId }: ChannelId) => `message-address/${providerId}/${channelId}`;

/** A new address in the place of the one that is there, if any; that one stays good for two days. */
export async function makeAddress(
  { world, envelope, announcePaths: announce }: AddressParts,
  tx: Tx,
  channel: ChannelId & Pick<ChannelRow, "kind">,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  await rowsOf(tx, channel).set({ replacedAtMs: nowMs }).where("replacedAtMs", "is", null).execute();
  const token = newSecret(world, 16);
  const path = { hash: hashOf(token), use: "message", kind: channel.kind };
  await announcePaths(tx, announce, channel.providerId, [path]);
  await tx
    .insertInto("message_addresses")
    .values({
      providerId: channel.providerId,
      channelId: channel.channelId,
      tokenHash: hashOf(token),
      tokenSealed: envelope.seal(Buffer.from(token), contextOf(channel)),
      madeAtMs: nowMs,
    })
    .execute();
}

/** No address is good any more, at once. */
export async function endAddresses(tx: Tx, { providerId, channelId }: ChannelId): Promise<void> {
  await tx
    .deleteFrom("message_addresses")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .execute();
}

export interface MessageAddress {
  readonly token: string;
  readonly isCurrent: boolean;
  readonly madeAtMs: number;
  /** When a message was last received there; null: none was. */
  readonly lastAtMs: number | null;
}

/** Those that are good now, the current one first. */
export async function readAddresses(
  { world, envelope }: AddressParts,
  tx: Tx,
  channel: ChannelId,
): Promise<MessageAddress[]> {
  const rows = await tx
    .selectFrom("message_addresses")
    .selectAll()
    .where("providerId", "=", channel.providerId)
    .where("channelId", "=", channel.channelId)
    .orderBy("madeAtMs", "desc")
    .execute();
  const nowMs = world.clock.wall().atMs;
  return rows
    .filter((row) => row.replacedAtMs === null || row.replacedAtMs > nowMs - replacedGoodMs)
    .map((row) => ({
      token: envelope.open(row.tokenSealed, contextOf(row)).toString("utf8"),
      isCurrent: row.replacedAtMs === null,
      madeAtMs: row.madeAtMs,
      lastAtMs: row.lastAtMs,
    }));
}

/**
 * What was forwarded is kept and acknowledged, if it tells of money; everything else is forgotten. Null: nobody's address.
 * @param toJudge gets what is new, in this transaction
 */
export async function takeForwarded(
  parts: EvidenceParts,
  tx: Tx,
  {
    token,
    body,
    remoteAddress,
    receivedAtMs,
  }: {
    readonly token: string;
    readonly body: string;
    readonly remoteAddress: string | null;
    /** It was acknowledged then, within the limit of the spool; left out: it comes now. */
    readonly receivedAtMs?: number | undefined;
  },
  toJudge: (fact: { readonly providerId: string; readonly evidenceId: string }) => Promise<void>,
): Promise<CallbackAnswer | null> {
  const { world } = parts;
  const nowMs = receivedAtMs ?? world.clock.wall().atMs;
  const found = await tx
    .selectFrom("message_addresses")
    .selectAll()
    .where("tokenHash", "=", hashOf(token))
    .where((where) => where.or([where("replacedAtMs", "is", null), where("replacedAtMs", ">", nowMs - replacedGoodMs)]))
    .executeTakeFirst();
  if (found === undefined) return null;
  const { providerId, channelId } = found;
  if (receivedAtMs === undefined && !(await hasRoom(world, tx, { providerId, channelId })))
    return { status: 429, body: { ok: false, problem: "too many messages in an hour" } };
  await rowsOf(tx, found).set({ lastAtMs: nowMs }).where("tokenHash", "=", found.tokenHash).execute();
  const message = readForwarded(body);
  const told = message === null ? null : moneyTold(message);
  if (message === null || told === null) return { status: 200, body: { ok: true, money: false } };
  const kept = { ...told, text: message.text, remoteAddress, receivedAtMs };
  const evidenceId = await storeTold(parts, tx, { providerId, channelId }, kept);
  if (evidenceId !== null) await toJudge({ providerId, evidenceId });
  return { status: 200, body: { ok: true, money: true } };
}

interface ChannelOf {
  readonly providerId: string;
  readonly channelId: string;
}

/** May this channel's messages of the last hour become more? Who can forge one must not fill the disk. */
export async function hasRoom({ clock }: World, tx: Tx, { providerId, channelId }: ChannelOf): Promise<boolean> {
  const channel = { providerId, channelId };
  return (await countFacts(tx, channel, forwardedSource, clock.wall().atMs - hourMs)) < messagesAnHourMax;
}

/** Keeps a message that tells of money. @returns its id, to be judged; null: it was there already, and stays the only one */
export function storeTold(
  parts: EvidenceParts,
  tx: Tx,
  { providerId, channelId }: ChannelOf,
  told: MoneyTold & {
    readonly text: string;
    readonly remoteAddress: string | null;
    readonly receivedAtMs?: number | undefined;
  },
): Promise<string | null> {
  const { receipt, amountCents, accountText, text, remoteAddress, receivedAtMs } = told;
  const stored = {
    source: forwardedSource,
    trust: "pushed",
    receipt,
    amountCents,
    accountText,
    payer: "",
    payerName: null,
    paidAtMs: null,
    shortcode: null,
    message: text,
  };
  return storeEvidence(tx, parts, {
    providerId,
    channelId,
    purchaseId: null,
    source: forwardedSource,
    naturalKey: receipt,
    body: JSON.stringify(stored),
    remoteAddress,
    receivedAtMs,
    unmatchedReason: null,
  });
}

const rowsOf = (tx: Tx, { providerId, channelId }: ChannelId) =>
  tx.updateTable("message_addresses").where("providerId", "=", providerId).where("channelId", "=", channelId);

/** The same as `hookPaths`, of addresses that phones forward messages to. */
export const messagePaths = (replacedSinceMs: number): RawBuilder<unknown> => sql`
  select token_hash as hash, 'message' as use, ${ofChannel("message_addresses", "kind")} as kind, provider_id as owner from message_addresses
  where replaced_at_ms is null or replaced_at_ms > ${replacedSinceMs}::bigint`;
