import type { messageView, senderView } from "@karibu/cloud/messaging/message-routes";
import type { z } from "zod";
import { get, type Page, patch, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type Message = z.output<typeof messageView>;
export type Sender = z.output<typeof senderView>;

const path = "/api/v1/messages";
export const listMessages = (
  query: ListQuery,
  filters: Span & { readonly state: string; readonly phone: string },
): Promise<Page<Message>> => getList(path, query, { ...filters });
/** Of one customer: by name, and to their number. */
export const listCustomersMessages = (query: ListQuery, customerId: string): Promise<Page<Message>> =>
  getList(path, query, { customerId });
/** One message with its text. */
export const readMessage = (id: string): Promise<Message & { readonly text: string }> =>
  get(hubPath("/api/v1/messages/{id}", { id }));
export const sendMessage = (message: Body<"POST", "/api/v1/messages">, key: string): Promise<unknown> =>
  post(path, message, { key });
export const resendMessage = (id: string, key: string): Promise<{ queued: boolean }> =>
  post(hubPath("/api/v1/messages/{id}/resend", { id }), {}, { key });

const sendersPath = "/api/v1/message-senders";
export const listSenders = (): Promise<Page<Sender>> => get(sendersPath);
export const addSender = (sender: Body<"POST", "/api/v1/message-senders">): Promise<Sender> =>
  post(sendersPath, sender);
export const switchSender = (id: string, active: boolean): Promise<unknown> =>
  patch(hubPath("/api/v1/message-senders/{id}", { id }), { active });
