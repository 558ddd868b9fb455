/**
 * Conditions that are alarms while they last. Nothing is written down for them: each room says how its own tables show one, and it is over when they
 * no longer do. `cloud/src/lasting-alarms.ts` has one for each kind that lasts, but for those of modules.
 */
import type { AlarmField } from "@karibu/protocol/alarms/alarm-fields";
import type { LastingAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { RawBuilder } from "kysely";

export interface AlarmSource {
  /**
   * What it is about: a site that is not deleted, a channel, or the provider itself. Whoever may not read channels is not told of theirs; a quota
   * and the like are the provider's.
   */
  readonly at: "site" | "channel" | "provider";
  rows(of: AlarmsOf): AlarmRows;
}

/** An alarm for each row that `from` reads. The others are SQL over its columns. */
export interface AlarmRows {
  /** Tells it from others of its kind. */
  readonly id: RawBuilder<unknown>;
  /** The site or the channel that it is about; left out: it is about the provider. */
  readonly about?: RawBuilder<unknown>;
  /** What people are told with it. */
  readonly fields?: Readonly<Partial<Record<AlarmField, RawBuilder<unknown>>>>;
  readonly sinceMs: RawBuilder<unknown>;
  /** `from …`, with all that narrows it down. */
  readonly from: RawBuilder<unknown>;
}

export interface AlarmsOf {
  /** May be a column. */
  readonly providerId: string | RawBuilder<string>;
  readonly nowMs: number;
}

/** What one room, or all of them, contribute. */
export type AlarmSources<Kind extends LastingAlarm = LastingAlarm> = Readonly<Record<Kind, AlarmSource>>;
