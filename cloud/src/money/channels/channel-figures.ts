/** How the channels do, each figure as one column of a statement; without a provider, of the platform. */
import { type RawBuilder, sql } from "kysely";

export const channelsOn = sql<number>`(select count(*) from channels where active)`;

export const channelsRefused = sql<number>`(select count(*) from channels where active and keys_problem is not null)`;

export const initiatorsRefused = sql<number>`(select count(*) from channels where active and initiator_code is not null)`;

/** When a channel of this provider that is on, and whose keys are not refused, first took what it was asked; as a column. Null: none has. */
export const firstAcceptedAtMs = (providerId: string): RawBuilder<number | null> =>
  sql`(select min(request_accepted_at_ms) from channels where provider_id = ${providerId} and active
    and kind not in ('cash', 'credit') and keys_problem is null)`;

/** Channels that are on, with `provider_id`, `channel_id` and `is_refused`: their keys are. Stands after `from`, with a name. */
export const channelsThatSell: RawBuilder<unknown> = sql`(select provider_id, channel_id, keys_problem is not null as is_refused from channels where active)`;
