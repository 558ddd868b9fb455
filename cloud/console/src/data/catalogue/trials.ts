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
/** They count every trial of the time: so often at most, however many sessions begin and end meanwhile. */
const figuresKeptMs = 60_000;

/**
 * Of what the list shows, on all of its pages, whoever came back of them.
 * @returns a reader that asks again for other filters, and for the same ones once in a minute
 */
export function trialFiguresReader(
  now: () => number = Date.now,
): (query: Pick<ListQuery, "q">, filters: TrialFilters) => Promise<TrialFigures> {
  let kept: { readonly of: string; readonly atMs: number; readonly figures: Promise<TrialFigures> } | null = null;
  return ({ q }, { converted: _, ...filters }) => {
    const of = withQuery("/api/v1/trials/figures", { ...(q === undefined ? {} : { q }), ...filters });
    if (kept !== null && kept.of === of && now() - kept.atMs < figuresKeptMs) return kept.figures;
    const figures = get(of);
    const mine = { of, atMs: now(), figures };
    kept = mine;
    figures.catch(() => {
      if (kept === mine) kept = null;
    });
    return figures;
  };
}
export const trialsExport = (q: string, filters: TrialFilters) =>
  withQuery("/api/v1/trials/export", { ...(q === "" ? {} : { q }), ...filters });
