/** Africa's Talking. HTTP 201 with empty `Recipients` is a failure, and so is the message id "None". */
import { askGateway } from "./ask-gateway.ts";
import { jsonObject } from "./json-object.ts";
import {
  type DeliveryReport,
  type GatewayParts,
  type Reply,
  readCost,
  type SendSms,
  type SmsOutcome,
} from "./sender-contract.ts";

export interface AfricasTalkingKeys {
  readonly username: string;
  readonly apiKey: string;
  readonly from?: string | undefined;
}

const configErrors = new Set([401, 402, 405]);
const laters = new Set([500, 501]);

export function africastalking({ http, baseUrl }: GatewayParts, keys: AfricasTalkingKeys): SendSms {
  return async ({ phone, text, isHash }): Promise<SmsOutcome> => {
    if (isHash) return { kind: "failed", why: "this sender takes no hashed numbers" };
    const form = new URLSearchParams({
      username: keys.username,
      to: `+${phone}`,
      message: text,
      bulkSMSMode: "1",
      enqueue: "1",
    });
    if (keys.from !== undefined) form.set("from", keys.from);
    const answer = await askGateway(http, {
      url: `${baseUrl}/version1/messaging`,
      headers: { apiKey: keys.apiKey, accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    if ("kind" in answer) return answer;
    if (answer.status === 401) return { kind: "config-error", why: "the gateway refuses the API key" };
    const { Message = "", Recipients = [] } = (jsonObject(answer.body).SMSMessageData ?? {}) as {
      Message?: string;
      Recipients?: { statusCode?: number; status?: string; messageId?: string; cost?: string }[];
    };
    const [recipient] = Recipients;
    if (recipient === undefined) return { kind: "config-error", why: Message || `HTTP ${answer.status}` };
    const { statusCode = 0, status = "", messageId = "None" } = recipient;
    if (statusCode >= 100 && statusCode <= 102 && messageId !== "None") {
      const cost = readCost(recipient.cost);
      return { kind: "accepted", remoteId: messageId, ...(cost === null ? {} : { cost }) };
    }
    const why = `${statusCode} ${status}`.trim();
    if (configErrors.has(statusCode)) return { kind: "config-error", why };
    return { kind: laters.has(statusCode) ? "later" : "failed", why };
  };
}

export function readAfricasTalkingReport(body: string): DeliveryReport | null {
  const form = new URLSearchParams(body);
  const remoteId = form.get("id");
  const status = form.get("status") ?? "";
  if (remoteId === null || status === "") return null;
  const failed = ["Failed", "Rejected", "AbsentSubscriber", "Expired"].includes(status);
  const state = status === "Success" ? "delivered" : failed ? "failed" : "on-its-way";
  return { remoteId, state, why: failed ? (form.get("failureReason") ?? status) : null };
}

/**
 * An incoming message (`from`, `text`), or the notice that somebody ended messages of this sender at their operator (`senderId`, `phoneNumber`
 * alone). Null: a delivery report, or neither.
 * @see http://docs.africastalking.com/sms/callback, http://docs.africastalking.com/sms/notifications
 */
export function readAfricasTalkingReply(body: string): Reply | null {
  const form = new URLSearchParams(body);
  const digits = (name: string) => (form.get(name) ?? "").replaceAll(/\D/g, "");
  if (form.has("from") && form.has("text")) return { phone: digits("from"), text: form.get("text") ?? "" };
  const isEnded = form.has("senderId") && form.has("phoneNumber") && !form.has("status");
  return isEnded ? { phone: digits("phoneNumber"), text: "STOP" } : null;
}
