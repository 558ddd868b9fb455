/** Of which kind the channel of a row is: that says in which currency its amounts are. */
import { sql } from "kysely";

/** A column `kind`. @param table the table, or its other name, that has `provider_id` and `channel_id` */
export const kindOfChannel = (table: string) =>
  sql<string>`(select kind from channels where channels.provider_id = ${sql.ref(`${table}.provider_id`)}
    and channels.channel_id = ${sql.ref(`${table}.channel_id`)})`.as("kind");
