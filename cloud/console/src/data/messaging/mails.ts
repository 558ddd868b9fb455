/** E-mails to the provider's people. One that was not sent can be read, and any can be sent again. */
import { type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly state: "waiting" | "sent" | "failed";
  readonly tries: number;
  readonly problem: string | null;
  readonly createdAtMs: number;
}

const path = "/api/v1/mails";
export const listMails = (query: ListQuery, filters: { readonly state: string }): Promise<Page<Mail>> =>
  getList(path, query, filters);
/** Its text, which may hold a link that gives access: the hub records who reads it. */
export const openMail = (id: string): Promise<{ readonly subject: string; readonly text: string }> =>
  post(hubPath("/api/v1/mails/{id}/open", { id }), {});
export const resendMail = (id: string): Promise<unknown> => post(hubPath("/api/v1/mails/{id}/resend", { id }));
