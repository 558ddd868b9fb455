/**
 * WhatsApp (Meta's Cloud API): a sender beside SMS. It sends templates alone that Meta has approved; a free text would need a message of the
 * customer's in the last day. What is documented too thinly stands at its line; no real account has proved any of it.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { jsonObject, objectOr } from "./json-object.ts";
import {
  type DeliveryReport,
  type GatewayParts,
  type Reply,
  type SendSms,
  type SmsOutcome,
  smsTimeoutMs,
} from "./sender-contract.ts";

export interface WhatsAppKeys {
  readonly phoneNumberId: string;
  readonly accessToken: string;
  readonly version: string;
}

/** Undeliverable to this person, outside the window, withheld as marketing (the last two are not proved). */
const refusals = new Set([131_026, 131_047, 131_049]);
/** Too many in all, and too many to one person. */
const laters = new Set([130_429, 131_056]);
/** The token, the account, the template (its codes are not proved). */
const configErrors = new Set([0, 190, 10, 131_005, 131_008, 131_042, 132_000, 132_001, 132_007, 132_015]);

export function whatsapp({ http, baseUrl }: GatewayParts, keys: WhatsAppKeys): SendSms {
  return async ({ phone, isHash, template }): Promise<SmsOutcome> => {
    if (isHash || template == null)
      return { kind: "failed", why: "WhatsApp sends approved templates to known numbers alone" };
    const parameters = template.parameters.map((text) => ({ type: "text", text }));
    const answer = await http({
      method: "POST",
      url: `${baseUrl}/${keys.version}/${encodeURIComponent(keys.phoneNumberId)}/messages`,
      headers: { authorization: `Bearer ${keys.accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        to: phone,
        type: "template",
        template: {
          name: template.name,
          language: { code: template.language },
          components: parameters.length === 0 ? [] : [{ type: "body", parameters }],
        },
      }),
      timeoutMs: smsTimeoutMs,
    }).catch(() => null);
    if (answer === null || answer.status >= 500 || answer.status === 429)
      return { kind: "later", why: "no answer from the gateway" };
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

/** One notice may carry several of both. */
export interface WhatsAppNotice {
  readonly reports: readonly DeliveryReport[];
  readonly replies: readonly Reply[];
}

export function readWhatsAppNotice(body: string): WhatsAppNotice {
  const values = listOf(jsonObject(body).entry)
    .flatMap((entry) => listOf(entry.changes))
    .map(({ value }) => objectOr(value));
  return {
    reports: values.flatMap(({ statuses }) => listOf(statuses)).flatMap(reportOf),
    replies: values
      .flatMap(({ messages }) => listOf(messages))
      .flatMap(({ from, text }) => {
        const { body: said } = objectOr(text);
        return typeof from === "string" && typeof said === "string"
          ? [{ phone: from.replaceAll(/\D/g, ""), text: said }]
          : [];
      }),
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
