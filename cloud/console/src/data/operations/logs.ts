/** The latest lines of the hub's log. Platform admins see all of them, an owner sees the provider's lines. */
import type { QueueName } from "@karibu/cloud/ground/jobs/queues";
import type { logView } from "@karibu/cloud/operations/health/log-routes";
import type { z } from "zod";
import type { Page, User } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type LogLine = z.output<typeof logView>;

/** All that the hub has: one that is missing, or that it does not have, is no type. */
const everyQueue: Record<QueueName, true> = {
  provisioning: true,
  reconnection: true,
  payments: true,
  sms: true,
  "router-setup": true,
  dashboard: true,
  sessions: true,
  subscriptions: true,
  "router-watch": true,
  metrics: true,
  notices: true,
  maintenance: true,
};
export const queueNames = Object.keys(everyQueue);

export interface LogFilters {
  /** Lines of this level and above it. */
  readonly level: string;
  /** Text somewhere in the line; empty: any. */
  readonly q: string;
  /** The whole name of an event; empty: any. */
  readonly event: string;
  /** The id of one request; empty: any. */
  readonly requestId: string;
  /** The queue whose jobs wrote the line; empty: any line. */
  readonly queue: string;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

export const seesWholeLog = (user: User): boolean => user.permissions.includes("platform.read");

export const listLogs = (query: ListQuery, user: User, filters: LogFilters): Promise<Page<LogLine>> =>
  getList(seesWholeLog(user) ? "/api/v1/platform/logs" : "/api/v1/logs", query, { ...filters });
