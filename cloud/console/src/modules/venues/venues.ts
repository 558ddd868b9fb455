/** Venues: their owners get a share of what is sold there. */
import type { payOutView, venueStatementView, venueView } from "@karibu/cloud/modules/venues/venue-routes";
import type { z } from "zod";
import { type Page, patch, post, put } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Venue = z.output<typeof venueView>;
export type VenueStatement = z.output<typeof venueStatementView>;
export type VenueShare = Venue["shares"][number];

const path = "/api/v1/venues";
export const venuePath = (venueId: string) => hubPath("/api/v1/venues/{venueId}", { venueId });
export const listVenues = (query: ListQuery): Promise<Page<Venue>> => getList(path, query);
export const addVenue = (venue: Body<"POST", "/api/v1/venues">): Promise<Venue> => post(path, venue);
export const changeVenue = (
  venueId: string,
  change: Body<"PATCH", "/api/v1/venues/{venueId}">,
  etag: string | null,
): Promise<Venue> => patch(venuePath(venueId), change, { etag });
/** @param was as they stood on the page: who changed them meanwhile is not overwritten */
export const setVenueShares = (
  venueId: string,
  shares: readonly VenueShare[],
  was: readonly VenueShare[],
): Promise<Venue> => put(hubPath("/api/v1/venues/{venueId}/shares", { venueId }), { shares, was });
export const statementPath = (venueId: string, span: { readonly fromMs: number | null }) =>
  withQuery(hubPath("/api/v1/venues/{venueId}/statement", { venueId }), { fromMs: span.fromMs });
export const payVenue = (
  venueId: string,
  order: Body<"POST", "/api/v1/venues/{venueId}/pay-outs">,
  key: string,
): Promise<z.output<typeof payOutView>> =>
  post(hubPath("/api/v1/venues/{venueId}/pay-outs", { venueId }), order, { key });
