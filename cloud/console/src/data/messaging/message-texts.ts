/** The words of messages to customers, the rules about them, and what customers said about messages. */
import type { consentsView } from "@karibu/cloud/messaging/consent-routes";
import type { MessageRules } from "@karibu/cloud/messaging/message-rules";
import type { previewView, templateView } from "@karibu/cloud/messaging/template-routes";
import type { z } from "zod";
import { get, post, put } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";

export type Template = z.output<typeof templateView>;
export type Preview = z.output<typeof previewView>;
export type Rules = MessageRules & { readonly monthMillicents: number; readonly currency: string };
export type Consents = z.output<typeof consentsView>;

const templatesPath = "/api/v1/message-templates";
export const readTemplates = async (): Promise<readonly Template[]> => (await get(templatesPath)).items;
/** @param words null: the usual ones again */
export const saveTemplate = (
  { template, locale }: Pick<Body<"POST", "/api/v1/message-templates">, "template" | "locale">,
  change: Pick<Template, "whatsappName" | "whatsappValues"> & { readonly words: string | null },
): Promise<Template> => post(templatesPath, { template, locale, ...change });
export const previewText = (
  template: Body<"POST", "/api/v1/message-templates/preview">["template"],
  words: string,
): Promise<Preview> => post("/api/v1/message-templates/preview", { template, words });

export const rulesPath = "/api/v1/message-rules";
export const saveRules = (rules: MessageRules, etag: string | null): Promise<MessageRules> =>
  put(rulesPath, rules, { etag });

export const consentsPath = (customerId: string) => hubPath("/api/v1/customers/{customerId}/consents", { customerId });
export const enterConsent = (
  customerId: string,
  consent: Body<"POST", "/api/v1/customers/{customerId}/consents">,
): Promise<Consents> => post(consentsPath(customerId), consent);
