/**
 * The address to which an owner's phone forwards M-Pesa's messages, one for each channel. Who knows it can tell of money, so what it
 * tells is no better known than a callback: told, within the hourly limit, and proved by nothing but the channel.
 */
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { type AnnouncePaths, announcePaths } from "../channels/announce-paths.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { CallbackAnswer } from "../channels/channel-messages.ts";
import { hashOf } from "../channels/channels.ts";
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

type ChannelId = Pick<ChannelRow, "provider_id" | "channel_id">;

const contextOf = ({ provider_id, channel_id }: ChannelId) => `message-address/${provider_id}/${channel_id}`;

/** A new address in the place of the one that is there, if any; that one stays good for two days. */
export async function makeAddress(
  { world, envelope, announcePaths: announce }: AddressParts,
  tx: Tx,
  channel: ChannelId & Pick<ChannelRow, "kind">,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  await rowsOf(tx, channel).set({ replaced_at_ms: nowMs }).where("replaced_at_ms", "is", null).execute();
  const token = newSecret(world, 16);
  const path = { hash: hashOf(token), use: "message", kind: channel.kind };
  await announcePaths(tx, announce, channel.provider_id, [path]);
  await tx
    .insertInto("message_addresses")
    .values({
      provider_id: channel.provider_id,
      channel_id: channel.channel_id,
      token_hash: hashOf(token),
      token_sealed: envelope.seal(Buffer.from(token), contextOf(channel)),
      made_at_ms: nowMs,
    })
    .execute();
}

/** No address is good any more, at once. */
export async function endAddresses(tx: Tx, { provider_id, channel_id }: ChannelId): Promise<void> {
  await tx
    .deleteFrom("message_addresses")
    .where("provider_id", "=", provider_id)
    .where("channel_id", "=", channel_id)
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
    .where("provider_id", "=", channel.provider_id)
    .where("channel_id", "=", channel.channel_id)
    .orderBy("made_at_ms", "desc")
    .execute();
  const nowMs = world.clock.wall().atMs;
  return rows
    .filter((row) => row.replaced_at_ms === null || row.replaced_at_ms > nowMs - replacedGoodMs)
    .map((row) => ({
      token: envelope.open(row.token_sealed, contextOf(row)).toString("utf8"),
      isCurrent: row.replaced_at_ms === null,
      madeAtMs: row.made_at_ms,
      lastAtMs: row.last_at_ms,
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
    .where("token_hash", "=", hashOf(token))
    .where((where) =>
      where.or([where("replaced_at_ms", "is", null), where("replaced_at_ms", ">", nowMs - replacedGoodMs)]),
    )
    .executeTakeFirst();
  if (found === undefined) return null;
  const { provider_id: providerId, channel_id: channelId } = found;
  if (receivedAtMs === undefined && !(await hasRoom(world, tx, { providerId, channelId })))
    return { status: 429, body: { ok: false, problem: "too many messages in an hour" } };
  await rowsOf(tx, found).set({ last_at_ms: nowMs }).where("token_hash", "=", found.token_hash).execute();
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
  const { count } = await tx
    .selectFrom("evidence")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("source", "=", forwardedSource)
    .where("received_at_ms", ">", clock.wall().atMs - hourMs)
    .executeTakeFirstOrThrow();
  return Number(count) < messagesAnHourMax;
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

const rowsOf = (tx: Tx, { provider_id, channel_id }: ChannelId) =>
  tx.updateTable("message_addresses").where("provider_id", "=", provider_id).where("channel_id", "=", channel_id);
