/** Venues: their owners get a share of what is sold there. */
import type { payOutView, venueStatementView, venueView } from "@karibu/cloud/money/venues/venue-routes";
import type { z } from "zod";
import { type Page, patch, post, put } from "../../hub/api.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Venue = z.output<typeof venueView>;
export type VenueStatement = z.output<typeof venueStatementView>;
export type VenueShare = Venue["shares"][number];

const path = "/api/v1/venues";
export const venuePath = (venueId: string) => `${path}/${encodeURIComponent(venueId)}`;
export const listVenues = (query: ListQuery): Promise<Page<Venue>> => getList(path, query);
export const addVenue = (venue: object): Promise<Venue> => post(path, venue);
export const changeVenue = (venueId: string, change: object, etag: string | null): Promise<Venue> =>
  patch(venuePath(venueId), change, { etag });
/** @param was as they stood on the page: who changed them meanwhile is not overwritten */
export const setVenueShares = (
  venueId: string,
  shares: readonly VenueShare[],
  was: readonly VenueShare[],
): Promise<Venue> => put(`${venuePath(venueId)}/shares`, { shares, was });
export const statementPath = (venueId: string, span: { readonly fromMs: number | null }) =>
  withQuery(`${venuePath(venueId)}/statement`, { fromMs: span.fromMs });
export const payVenue = (venueId: string, order: object, key: string): Promise<z.output<typeof payOutView>> =>
  post(`${venuePath(venueId)}/pay-outs`, order, { key });
