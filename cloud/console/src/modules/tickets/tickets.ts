/** Tickets: what customers and staff want put right. */
import type { cannedView, ticketRulesView, ticketSummaryView } from "@karibu/cloud/modules/tickets/ticket-rules-routes";
import type { ticketView, wholeTicketView } from "@karibu/cloud/modules/tickets/ticket-view";
import type { z } from "zod";
import { get, type Page, patch, post, put, remove } from "../../hub/api.ts";
import { photoSource } from "../../hub/download.ts";
import { type Body, hubPath, type Query } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Ticket = z.output<typeof ticketView>;
export type WholeTicket = z.output<typeof wholeTicketView>;
export type TicketRules = z.output<typeof ticketRulesView>;
export type TicketSummary = z.output<typeof ticketSummaryView>;
export type CannedAnswer = z.output<typeof cannedView>;

const path = "/api/v1/tickets";
export const ticketPath = (ticketId: string) => hubPath("/api/v1/tickets/{ticketId}", { ticketId });
export const ticketRulesPath = "/api/v1/ticket-rules";
export const ticketSummaryPath = "/api/v1/ticket-summary";
const cannedPath = "/api/v1/canned-answers";

export const listTickets = (query: ListQuery, filters: Query<"/api/v1/tickets">): Promise<Page<Ticket>> =>
  getList(path, query, filters);
export const addTicket = (ticket: Body<"POST", "/api/v1/tickets">, key: string): Promise<WholeTicket> =>
  post(path, ticket, { key });
export const changeTicket = (
  ticketId: string,
  change: Body<"PATCH", "/api/v1/tickets/{ticketId}">,
  etag: string | null,
): Promise<WholeTicket> => patch(ticketPath(ticketId), change, { etag });
export const answerTicket = (
  ticketId: string,
  answer: Body<"POST", "/api/v1/tickets/{ticketId}/answers">,
  key: string,
): Promise<WholeTicket> => post(hubPath("/api/v1/tickets/{ticketId}/answers", { ticketId }), answer, { key });
export const noteOnTicket = (ticketId: string, text: string, key: string): Promise<WholeTicket> =>
  post(hubPath("/api/v1/tickets/{ticketId}/notes", { ticketId }), { text }, { key });
export const setTicketState = (ticketId: string, state: Ticket["state"]): Promise<WholeTicket> =>
  post(hubPath("/api/v1/tickets/{ticketId}/state", { ticketId }), { state });
/** @param file in base64 */
export const addTicketPicture = (
  ticketId: string,
  picture: { readonly file: string; readonly isInternal: boolean },
  key: string,
): Promise<unknown> => post(hubPath("/api/v1/tickets/{ticketId}/pictures", { ticketId }), picture, { key });
export const saveTicketRules = (
  rules: Body<"PUT", "/api/v1/ticket-rules">,
  etag: string | null,
): Promise<TicketRules> => put(ticketRulesPath, rules, { etag });
export const listCanned = async (): Promise<readonly CannedAnswer[]> => (await get(cannedPath)).items;
export const addCanned = (answer: Body<"POST", "/api/v1/canned-answers">): Promise<CannedAnswer> =>
  post(cannedPath, answer);
export const removeCanned = (cannedId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/canned-answers/{cannedId}", { cannedId }));
export const ticketPictureSource = (ticketId: string, one: WholeTicket["pictures"][number]): Promise<string> =>
  photoSource(
    hubPath("/api/v1/tickets/{ticketId}/pictures/{ticketPictureId}/file", {
      ticketId,
      ticketPictureId: one.ticketPictureId,
    }),
    one.mediaType,
  );
