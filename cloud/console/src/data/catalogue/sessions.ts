import type { sessionView } from "@karibu/cloud/catalogue/sessions/session-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Session = z.output<typeof sessionView>;

interface SessionFilters {
  /** Only those online now. */
  readonly live?: boolean;
  readonly grantId?: string;
  readonly siteId?: string;
  /** Text in user, device or address. */
  readonly q?: string;
}

const asQuery = ({ live, grantId, siteId, q }: SessionFilters) => ({
  state: live ? "live" : null,
  grantId: grantId ?? null,
  siteId: siteId ?? null,
  q: q || null,
});

export const listSessions = ({
  limit,
  cursor = null,
  ...filters
}: SessionFilters & { limit: number; cursor?: string | null }): Promise<Page<Session>> =>
  get(listPath("/api/v1/sessions", { limit, cursor, ...asQuery(filters) }));
/** All that these filters let through, as CSV. */
export const sessionsExport = (filters: SessionFilters): string =>
  listPath("/api/v1/sessions/export", asQuery(filters));

export const disconnectSession = (session: Session): Promise<{ kind: "ending" | "not-open" }> =>
  post(`/api/v1/sessions/${encodeURIComponent(session.siteId)}/${encodeURIComponent(session.sessionKey)}/disconnect`);
