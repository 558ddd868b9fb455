/**
 * What needs a person: each room that has something of it contributes its rows, and the console's first page counts them. Each is counted by an
 * index of the rows that wait.
 */
import type { RawBuilder } from "kysely";
import type { Permission } from "../http/permissions.ts";
import type { AlarmSources } from "./lasting-alarm.ts";

export interface WaitingMoment {
  readonly providerId: string;
  readonly nowMs: number;
  /** `2026-11-21`, in the provider's time zone. */
  readonly today: string;
  readonly lasting: AlarmSources;
}

export interface WaitingWork {
  /** Who may read the list where it stands. */
  readonly permission: Permission;
  /** The rows that wait: a `select` from its `from` on. */
  rows(of: WaitingMoment): RawBuilder<unknown>;
}
