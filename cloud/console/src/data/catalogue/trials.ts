/** Free trials that customers had, and what came of them. */
import type { trialFigures, trialView } from "@karibu/cloud/customer-page/trials/trial-routes";
import type { z } from "zod";
import { get, type Page } from "../../hub/api.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Trial = z.output<typeof trialView>;
export type TrialFigures = z.output<typeof trialFigures>;

export interface TrialFilters {
  readonly siteId?: string;
  readonly converted?: string;
  readonly fromMs?: number | null;
  readonly untilMs?: number | null;
}

const path = "/api/v1/trials";
export const listTrials = (query: ListQuery, filters: TrialFilters): Promise<Page<Trial>> =>
  getList(path, query, { ...filters });
/** Of what the list shows, on all of its pages. */
export const readTrialFigures = ({ q }: ListQuery, filters: TrialFilters): Promise<TrialFigures> =>
  get(withQuery(`${path}/figures`, { ...(q === undefined ? {} : { q }), ...filters }));
export const trialsExport = (q: string, filters: TrialFilters): string =>
  withQuery(`${path}/export`, { ...(q === "" ? {} : { q }), ...filters });
