/** Twilio. Reports are signed over the exact address and the sorted fields. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { askGateway } from "./ask-gateway.ts";
import { jsonObject } from "./json-object.ts";
import type { DeliveryReport, GatewayParts, Reply, SendSms, SmsOutcome } from "./sender-contract.ts";

export interface TwilioKeys {
  readonly accountSid: string;
  readonly authToken: string;
  readonly from: string;
}

export function twilio({ http, baseUrl }: GatewayParts, keys: TwilioKeys): SendSms {
  const basic = Buffer.from(`${keys.accountSid}:${keys.authToken}`).toString("base64");
  return async ({ phone, text, reportUrl, isHash }): Promise<SmsOutcome> => {
    if (isHash) return { kind: "failed", why: "this sender takes no hashed numbers" };
    const sender = keys.from.startsWith("MG") ? "MessagingServiceSid" : "From";
    const form = new URLSearchParams({ To: `+${phone}`, [sender]: keys.from, Body: text });
    if (reportUrl !== null) form.set("StatusCallback", reportUrl);
    const answer = await askGateway(http, {
      url: `${baseUrl}/2010-04-01/Accounts/${encodeURIComponent(keys.accountSid)}/Messages.json`,
      headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    if ("kind" in answer) return answer;
    const read = jsonObject(answer.body);
    if (answer.status === 201 && typeof read.sid === "string") return { kind: "accepted", remoteId: read.sid };
    const code = Number(read.code);
    const why = `${read.code ?? answer.status} ${String(read.message ?? "")}`.trim();
    if (code === 20003 || answer.status === 401) return { kind: "config-error", why };
    return { kind: code === 20429 ? "later" : "failed", why };
  };
}

export function readTwilioReport(body: string): DeliveryReport | null {
  const form = new URLSearchParams(body);
  const remoteId = form.get("MessageSid");
  const status = form.get("MessageStatus");
  if (remoteId === null || status === null) return null;
  const failed = status === "undelivered" || status === "failed";
  const state = status === "delivered" ? "delivered" : failed ? "failed" : "on-its-way";
  return { remoteId, state, why: failed ? (form.get("ErrorCode") ?? status) : null };
}

/** What a person wrote back; Twilio posts it to the number's own address. Null: a delivery report. */
export function readTwilioReply(body: string): Reply | null {
  const form = new URLSearchParams(body);
  const [from, text] = [form.get("From"), form.get("Body")];
  if (from === null || text === null || form.has("MessageStatus")) return null;
  return { phone: from.replaceAll(/\D/g, ""), text };
}

export function isTwilioSignature(signature: string, url: string, body: string, authToken: string): boolean {
  const fields = [...new URLSearchParams(body)].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  const text = url + fields.map(([name, value]) => name + value).join("");
  const expected = createHmac("sha1", authToken).update(text).digest();
  const given = Buffer.from(signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
