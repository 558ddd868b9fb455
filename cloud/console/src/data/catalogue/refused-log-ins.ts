import type { refusedLogInView } from "@karibu/cloud/catalogue/sessions/refused-log-in-routes";
import type { z } from "zod";
import type { Page } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type RefusedLogIn = z.output<typeof refusedLogInView>;

export interface RefusedLogInFilters {
  readonly siteId?: string;
  readonly mac?: string;
  readonly user?: string;
  readonly reason?: string;
  readonly fromMs?: number | null;
  readonly untilMs?: number | null;
}

/** `q`: text in user, device or address. */
export const listRefusedLogIns = (query: ListQuery, filters: RefusedLogInFilters): Promise<Page<RefusedLogIn>> =>
  getList("/api/v1/refused-log-ins", query, { ...filters });
