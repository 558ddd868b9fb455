/** Callbacks to our payment addresses that match no payment. */
import type { unmatchedPathView, unmatchedView } from "@karibu/cloud/money/callbacks/unmatched-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type UnmatchedCallback = z.output<typeof unmatchedView>;
/** A callback to a path that no channel has. Only platform admins see these. */
export type UnmatchedPath = z.output<typeof unmatchedPathView>;

export const listUnmatchedCallbacks = (query: ListQuery, span: Span): Promise<Page<UnmatchedCallback>> =>
  getList("/api/v1/unmatched-callbacks", query, { ...span });
export const listUnmatchedPaths = (query: ListQuery, span: Span): Promise<Page<UnmatchedPath>> =>
  getList("/api/v1/platform/unmatched-callbacks", query, { ...span });

/** A report about money that failed is tried once more. */
export const retryFailedReport = (id: string): Promise<unknown> =>
  post(hubPath("/api/v1/unmatched-callbacks/{id}/retry", { id }));
export const dropFailedReport = (id: string, reason: string): Promise<unknown> =>
  post(hubPath("/api/v1/unmatched-callbacks/{id}/drop", { id }), { reason });
