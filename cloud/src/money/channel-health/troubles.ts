/** What is wrong at a channel and needs a person, until an answer of the channel shows that it is over. */
import { cutText, storableText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ChannelDetail, TroubleKind } from "../channels/channel-view.ts";
import type { ChannelTrouble } from "../evidence/evidence.ts";

type ChannelId = Pick<ChannelRow, "providerId" | "channelId">;

interface Parts {
  readonly world: World;
  readonly emit: Emit;
}

/** Notes it, or that it lasts: since when it is there stays, unless it is another one now. */
export async function noteTrouble(
  { world, emit }: Parts,
  tx: Tx,
  { providerId, channelId }: ChannelId,
  kind: TroubleKind,
  { reason, said }: ChannelTrouble,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const id = { providerId, channelId };
  const before = await tx
    .selectFrom("channel_troubles")
    .select("reason")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("kind", "=", kind)
    .executeTakeFirst();
  if (before?.reason === reason) return;
  const fields = { reason, said: storableText(cutText(said, 300)), sinceMs: nowMs };
  await tx
    .insertInto("channel_troubles")
    .values({ ...id, kind, ...fields })
    .onConflict((conflict) => conflict.columns(["providerId", "channelId", "kind"]).doUpdateSet(fields))
    .execute();
  world.log.warn("channel-trouble", { channelId: channelId, kind, reason });
  await emit(tx, providerId, { topic: "channel", id: channelId, action: kind });
}

/** An answer shows that it is over. @param reasons only these; left out: whatever it was */
export async function endTrouble(
  { emit }: Pick<Parts, "emit">,
  tx: Tx,
  { providerId, channelId }: ChannelId,
  kind: TroubleKind,
  reasons?: readonly ChannelTrouble["reason"][],
): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("channel_troubles")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("kind", "=", kind)
    .$if(reasons !== undefined, (is) => is.where("reason", "in", [...(reasons ?? [])]))
    .executeTakeFirstOrThrow();
  if (numDeletedRows > 0n) await emit(tx, providerId, { topic: "channel", id: channelId, action: `${kind}-ended` });
}

/** Does the channel of a row fail every customer, as somebody was told? The next payment ends that. A condition within another statement. */
export const failsCustomersIn = (row: string): RawBuilder<boolean> => sql`exists (
  select from channel_troubles t where t.provider_id = ${sql.ref(`${row}.provider_id`)}
    and t.channel_id = ${sql.ref(`${row}.channel_id`)} and t.kind = 'fails-customers')`;

/** As the list of channels shows them, by channel. */
export async function troublesOf(tx: Tx, providerId: string): Promise<ReadonlyMap<string, TroubleKind[]>> {
  const rows = await tx
    .selectFrom("channel_troubles")
    .select(["channelId", "kind"])
    .where("providerId", "=", providerId)
    .orderBy("kind")
    .execute();
  const kinds = new Map<string, TroubleKind[]>();
  for (const { channelId, kind } of rows) kinds.set(channelId, [...(kinds.get(channelId) ?? []), kind]);
  return kinds;
}

/** As the channel's page shows them. */
export async function viewTroubles(tx: Tx, { providerId, channelId }: ChannelId): Promise<ChannelDetail["troubles"]> {
  const rows = await tx
    .selectFrom("channel_troubles")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .orderBy("kind")
    .execute();
  return rows.map(({ kind, reason, said, sinceMs }) => ({ kind, reason, said, sinceMs }));
}
