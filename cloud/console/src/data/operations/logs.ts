/** The latest lines of the hub's log: all of them for platform admins, a provider's own for its owner. */
import type { logView } from "@karibu/cloud/operations/health/log-routes";
import type { z } from "zod";
import { get, type Page, type User } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type LogLine = z.output<typeof logView>;

export interface LogFilters {
  /** This one and graver ones. */
  readonly level: string;
  /** Somewhere in the line; empty: anything. */
  readonly q: string;
  /** The whole name of what happened; empty: anything. */
  readonly event: string;
  /** Of one request; empty: of all. */
  readonly requestId: string;
}

export const seesWholeLog = (user: User): boolean => user.permissions.includes("platform.read");

export const listLogs = (user: User, filters: LogFilters, cursor: string | null): Promise<Page<LogLine>> => {
  const { level, q, event, requestId } = filters;
  return get(
    listPath(seesWholeLog(user) ? "/api/v1/platform/logs" : "/api/v1/logs", {
      limit: 50,
      cursor,
      level,
      q: q || null,
      event: event || null,
      requestId: requestId || null,
    }),
  );
};
