import type { messageView, senderView } from "@karibu/cloud/messaging/message-routes";
import type { z } from "zod";
import { get, type Page, patch, post } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Message = z.output<typeof messageView>;
export type Sender = z.output<typeof senderView>;

const part = encodeURIComponent;
export const listMessages = (cursor: string | null): Promise<Page<Message>> =>
  get(listPath("/api/v1/messages", { limit: 50, cursor }));
export const sendMessage = (message: object, key: string): Promise<unknown> =>
  post("/api/v1/messages", message, { key });
export const resendMessage = (id: string, key: string): Promise<{ queued: boolean }> =>
  post(`/api/v1/messages/${part(id)}/resend`, {}, { key });
export const listSenders = (): Promise<Page<Sender>> => get("/api/v1/message-senders");
export const addSender = (sender: object): Promise<Sender> => post("/api/v1/message-senders", sender);
export const switchSender = (id: string, active: boolean): Promise<unknown> =>
  patch(`/api/v1/message-senders/${part(id)}`, { active });
