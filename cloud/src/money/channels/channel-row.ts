/** A payment channel's row, for the API: a channel that is not there is a 404. */
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { ChannelRow } from "./tables.ts";

export async function readChannel(tx: Tx, providerId: string, channelId: string): Promise<ChannelRow> {
  return rowOf(await named(tx, providerId, channelId).executeTakeFirst());
}

/** For a change of some of its keys or settings: nobody changes the others meanwhile. Sales do not wait for it. */
export async function lockChannel(tx: Tx, providerId: string, channelId: string): Promise<ChannelRow> {
  return rowOf(await named(tx, providerId, channelId).forNoKeyUpdate().executeTakeFirst());
}

function named(tx: Tx, providerId: string, channelId: string) {
  return tx
    .selectFrom("channels")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId);
}

function rowOf(row: ChannelRow | undefined): ChannelRow {
  if (row === undefined) throw notFound("channel");
  return row;
}
