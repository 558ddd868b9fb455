/** Payments that a channel was asked for: prompts to phones, and payment pages. For who counts them. */
import { sql } from "kysely";
import { openStates } from "./transition/purchase-facts.ts";

/** Purchases, as `p`, with their channels. Stands after `from`. */
export const purchasesWithChannels = sql`purchases p
  join channels c on c.provider_id = p.provider_id and c.channel_id = p.channel_id`;

/** Conditions on a row of `purchasesWithChannels`: what a prompt is, and what became of it. `isOpen`: nobody knows yet. */
export const promptSql = {
  isPrompt: sql`(p.sent_at_ms is not null and c.kind not in ('cash', 'credit'))`,
  isPaid: sql`(p.state in ('paid', 'paid_unreceipted', 'reversed'))`,
  isOpen: sql`(p.state in (${sql.join(openStates)}))`,
};
