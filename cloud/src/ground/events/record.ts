import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Notice, Tx } from "../db/database.ts";
import { recordset } from "../db/recordset.ts";
import type { Emit, HubEvent } from "./emit.ts";

export const eventsChannel = "karibu_events";

/**
 * Numbers the event under a lock of the provider's counter, so that events commit in the order of their numbers. The lock
 * lasts until the transaction ends: emit last. The notification carries the provider only; streams read the table.
 */
export function createEmit(world: World): Emit {
  return async (tx, providerId, { topic, id, action }) => {
    await sql`
      with counter as (
        insert into event_counters (provider_id, last_seq) values (${providerId}, 1)
        on conflict (provider_id) do update set last_seq = event_counters.last_seq + 1
        returning last_seq
      ), written as (
        insert into events (provider_id, seq, at_ms, topic, id, action)
        select ${providerId}::text, last_seq, ${world.clock.wall().atMs}::bigint, ${topic}::text, ${id}::text, ${action}::text
        from counter
      )
      select pg_notify(${eventsChannel}, ${providerId}) from counter
    `.execute(tx);
  };
}

/** Like `Emit`, for many events in one statement. Events of several providers need `asPlatform`. */
export type EmitMany = (tx: Tx, events: readonly (HubEvent & { readonly providerId: string })[]) => Promise<void>;

/** For thousands of sites that reconnect at once, and for a journal batch with several events. */
export function createEmitMany(world: World): EmitMany {
  return recordMany(world, sql`pg_notify(${eventsChannel}, provider_id)`);
}

/**
 * The same without NOTIFY, for commits that must not wait for each other: PostgreSQL takes one lock for all commits that notify. After the commit the
 * caller announces `eventNotice` of each provider.
 */
export function createQuietEmitMany(world: World): EmitMany {
  return recordMany(world, sql`provider_id`);
}

export const eventNotice = (providerId: string): Notice => ({ channel: eventsChannel, payload: providerId });

function recordMany(world: World, wake: RawBuilder<unknown>): EmitMany {
  return async (tx, events) => {
    if (events.length === 0) return;
    await sql`
      with event as (
        select f.*, row_number() over (partition by f."providerId") as place
        from ${recordset("f", events, { providerId: "text", topic: "text", id: "text", action: "text" })}
      ), counter as (
        insert into event_counters (provider_id, last_seq)
        select "providerId", count(*) from event group by 1 order by 1
        on conflict (provider_id) do update set last_seq = event_counters.last_seq + excluded.last_seq
        returning provider_id, last_seq
      ), total as (select "providerId", count(*) as count from event group by 1), written as (
        insert into events (provider_id, seq, at_ms, topic, id, action)
        select e."providerId", c.last_seq - t.count + e.place, ${world.clock.wall().atMs}::bigint, e.topic, e.id, e.action
        from event e join counter c on c.provider_id = e."providerId" join total t on t."providerId" = e."providerId"
      )
      select ${wake} from counter
    `.execute(tx);
  };
}
