/**
 * Conditions that are alarms while they last. Nothing is written down for them: each room says how its own tables show one, and it is over when they
 * no longer do. `cloud/src/lasting-alarms.ts` has one for each kind that lasts, but for those of modules.
 */
import type { LastingAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { RawBuilder } from "kysely";

export interface AlarmSource {
  /**
   * What it is about: a site that is not deleted, a channel, or the provider itself. Whoever may not read channels is not told of theirs; a quota
   * and the like are the provider's.
   */
  readonly at: "site" | "channel" | "provider";
  /**
   * `select` of five columns in this order: the alarm's id, which begins with a word of its own; `site_id` and `channel_id`, or null;
   * what people are told with it, as `jsonb`, by names of `protocol/src/alarms/alarm-fields.ts` (what has another one, the console shows by that name); since
   * when, in ms. The provider may be a column.
   */
  rows(of: AlarmsOf): RawBuilder<unknown>;
}

export interface AlarmsOf {
  readonly providerId: string | RawBuilder<string>;
  readonly nowMs: number;
}

/** What one room, or all of them, contribute. */
export type AlarmSources<Kind extends LastingAlarm = LastingAlarm> = Readonly<Record<Kind, AlarmSource>>;
