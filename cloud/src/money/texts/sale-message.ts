/** What became of the text message about a sale, for who stands at the counter with the customer. */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { eventKeyOf, type MessageRow, messageOfEvent, selectMessages } from "../../messaging/message-rows.ts";

/** How long ago a code may have been sent again to be told of: the newest messages are read by their time. */
const againMs = 24 * 3_600_000;

/**
 * The newest message: the one that was sent again in the last day, or the first, which is found by its payer. Null: none was sent.
 * @param sale `of` is `payment/<id>`
 */
export async function readSaleMessage(
  tx: Tx,
  sale: { readonly providerId: string; readonly of: string; readonly payer: Party | null; readonly nowMs: number },
): Promise<Pick<MessageRow, "state"> | null> {
  const messages = selectMessages(tx, sale.providerId).select("state");
  const again = await messages
    .where("createdAtMs", ">", sale.nowMs - againMs)
    .where(sql<boolean>`starts_with(event_key, ${`${sale.of}/again/`})`)
    .orderBy("createdAtMs", "desc")
    .orderBy("messageId", "desc")
    .limit(1)
    .executeTakeFirst();
  if (again !== undefined || sale.payer === null) return again ?? null;
  const key = eventKeyOf({ event: sale.of, template: "paid" }, sale.payer);
  const first = await messageOfEvent(tx, sale.providerId, key);
  return first === null ? null : ((await messages.where("messageId", "=", first).executeTakeFirst()) ?? null);
}
