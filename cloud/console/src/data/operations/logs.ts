/** The latest lines of the hub's log. Platform admins see all of them, an owner sees the provider's lines. */
import type { logView } from "@karibu/cloud/operations/health/log-routes";
import type { z } from "zod";
import type { Page, User } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type LogLine = z.output<typeof logView>;

export interface LogFilters {
  /** Lines of this level and above it. */
  readonly level: string;
  /** Text somewhere in the line; empty: any. */
  readonly q: string;
  /** The whole name of an event; empty: any. */
  readonly event: string;
  /** The id of one request; empty: any. */
  readonly requestId: string;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

export const seesWholeLog = (user: User): boolean => user.permissions.includes("platform.read");

export const listLogs = (query: ListQuery, user: User, filters: LogFilters): Promise<Page<LogLine>> =>
  getList(seesWholeLog(user) ? "/api/v1/platform/logs" : "/api/v1/logs", query, { ...filters });
