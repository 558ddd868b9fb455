/**
 * WhatsApp (Meta's Cloud API): a sender beside SMS. It sends templates that Meta has approved, and free text to who wrote in the last day
 * (`whatsapp-windows.ts`). Meta accepts a message first, and says in a notice that it failed. No real account has proved any of it.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { askGateway } from "./ask-gateway.ts";
import { jsonObject, objectOr } from "./json-object.ts";
import type { ApprovedTemplate, DeliveryReport, GatewayParts, Reply, SendSms, SmsOutcome } from "./sender-contract.ts";

export interface WhatsAppKeys {
  readonly phoneNumberId: string;
  readonly accessToken: string;
  readonly version: string;
}

/** More than a day since the customer wrote: only a template may go out. */
export const windowClosed = 131_047;
/** Undeliverable to this person, outside the window, withheld as marketing (the last one is not proved). */
const refusals = new Set([131_026, windowClosed, 131_049]);
/** Too many in all, and too many to one person. */
const laters = new Set([130_429, 131_056]);
/** The token, the account, the template (its codes are not proved). */
const configErrors = new Set([0, 190, 10, 131_005, 131_008, 131_042, 132_000, 132_001, 132_007, 132_015]);

export function whatsapp({ http, baseUrl }: GatewayParts, keys: WhatsAppKeys): SendSms {
  return async ({ phone, isHash, text, template = null }): Promise<SmsOutcome> => {
    if (isHash) return { kind: "failed", why: "WhatsApp sends to known numbers alone" };
    const answer = await askGateway(http, {
      url: `${baseUrl}/${keys.version}/${encodeURIComponent(keys.phoneNumberId)}/messages`,
      headers: { authorization: `Bearer ${keys.accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        to: phone,
        ...(template === null ? { type: "text", text: { body: text } } : templateOf(template)),
      }),
    });
    if ("kind" in answer) return answer;
    const read = jsonObject(answer.body);
    const [message] = Array.isArray(read.messages) ? read.messages : [];
    const { id } = objectOr(message);
    if (answer.status === 200 && typeof id === "string") return { kind: "accepted", remoteId: id };
    const { code, message: said } = objectOr(read.error);
    const why = `${code ?? answer.status} ${typeof said === "string" ? said : ""}`.trim();
    if (laters.has(Number(code))) return { kind: "later", why };
    if (refusals.has(Number(code))) return { kind: "failed", why };
    return { kind: configErrors.has(Number(code)) || answer.status === 401 ? "config-error" : "failed", why };
  };
}

function templateOf({ name, language, parameters }: ApprovedTemplate) {
  const filled = parameters.map((text) => ({ type: "text", text }));
  const components = filled.length === 0 ? [] : [{ type: "body", parameters: filled }];
  return { type: "template", template: { name, language: { code: language }, components } };
}

/** One notice may carry several of each. */
export interface WhatsAppNotice {
  readonly reports: readonly DeliveryReport[];
  readonly replies: readonly Reply[];
  /** Who wrote anything, a picture too: digits. */
  readonly writers: readonly string[];
}

export function readWhatsAppNotice(body: string): WhatsAppNotice {
  const values = listOf(jsonObject(body).entry)
    .flatMap((entry) => listOf(entry.changes))
    .map(({ value }) => objectOr(value));
  const written = values
    .flatMap(({ messages }) => listOf(messages))
    .flatMap(({ from, text }) =>
      typeof from === "string" ? [{ phone: from.replaceAll(/\D/g, ""), text: objectOr(text).body }] : [],
    );
  return {
    reports: values.flatMap(({ statuses }) => listOf(statuses)).flatMap(reportOf),
    replies: written.flatMap(({ phone, text }) => (typeof text === "string" ? [{ phone, text }] : [])),
    writers: written.map(({ phone }) => phone),
  };
}

function reportOf({ id, status, errors }: Record<string, unknown>): DeliveryReport[] {
  if (typeof id !== "string" || typeof status !== "string") return [];
  if (status === "failed") {
    const { code, title } = listOf(errors)[0] ?? {};
    return [{ remoteId: id, state: "failed", why: `${code ?? ""} ${title ?? ""}`.trim() || "failed" }];
  }
  // Who has read it has it: the report of the delivery may come later, or never.
  return [{ remoteId: id, state: status === "delivered" || status === "read" ? "delivered" : "on-its-way", why: null }];
}

/** `X-Hub-Signature-256: sha256=…` over the bytes of the body. */
export function isWhatsAppSignature(signature: string, body: string, appSecret: string): boolean {
  const expected = createHmac("sha256", appSecret).update(body).digest();
  const given = Buffer.from(signature.replace(/^sha256=/, ""), "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(objectOr) : []);
