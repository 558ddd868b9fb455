import type { sessionView } from "@karibu/cloud/catalogue/sessions/session-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Session = z.output<typeof sessionView>;

export interface SessionFilters {
  /** Only sessions that are open now. */
  readonly live?: boolean;
  readonly grantId?: string;
  readonly siteId?: string;
  /** `hotspot`, `pppoe`, `ppp`. */
  readonly service?: string;
  /** How it ended, by the router's word. */
  readonly cause?: string;
  /** Why the site ended it. */
  readonly why?: string;
  readonly fromMs?: number | null;
  readonly untilMs?: number | null;
}

const asParameters = ({ live = false, ...filters }: SessionFilters) => ({ state: live ? "live" : null, ...filters });

/** `q`: text in user, device or address. */
export const listSessions = (query: ListQuery, filters: SessionFilters = {}): Promise<Page<Session>> =>
  getList("/api/v1/sessions", query, asParameters(filters));
/** The path of a CSV with all sessions that the filters let through. */
export const sessionsExport = (q: string, filters: SessionFilters) =>
  withQuery("/api/v1/sessions/export", { q, ...asParameters(filters) });

export const disconnectSession = (session: Session): Promise<{ kind: "ending" | "not-open" }> =>
  post(
    hubPath("/api/v1/sessions/{siteId}/{sessionKey}/disconnect", {
      siteId: session.siteId,
      sessionKey: session.sessionKey,
    }),
  );
