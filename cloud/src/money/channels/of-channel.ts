import { type RawBuilder, sql } from "kysely";
import type { ChannelRow } from "./channel.ts";

/** What the channel of a row says of itself. @param table the table, or its other name, that has `provider_id` and `channel_id` */
export const ofChannel = <Column extends keyof ChannelRow>(
  table: string,
  column: Column,
): RawBuilder<ChannelRow[Column]> =>
  sql`(select ${sql.ref(`channel.${column}`)} from channels channel
    where channel.provider_id = ${sql.ref(`${table}.providerId`)} and channel.channel_id = ${sql.ref(`${table}.channelId`)})`;
