/** The Advanta family (Advanta, Celcom, TextSMS and others): one software, many hosts. So the address is a setting. */
import { askGateway } from "./ask-gateway.ts";
import { jsonObject, objectOr } from "./json-object.ts";
import type { DeliveryReport, GatewayParts, SendSms, SmsOutcome } from "./sender-contract.ts";

export interface AdvantaKeys {
  readonly apiKey: string;
  readonly partnerId: string;
  readonly shortcode: string;
  /** This host sends to hashed numbers of Safaricom: not all of the family do. */
  readonly hashes?: boolean | undefined;
}

const configErrors = new Set([1001, 1002, 1004, 1006, 4091, 4092, 4093]);
const laters = new Set([1005, 1007]);
/** Advanta's own fault, which it asks to wait for. */
const fiveMinutes = 4090;

/** @param isTyped an operator entered the address: it must not reach this machine's network */
export function advanta(
  { http, baseUrl, isTyped = true }: GatewayParts & { readonly isTyped?: boolean },
  keys: AdvantaKeys,
): SendSms {
  return async ({ phone, text, isHash = false }): Promise<SmsOutcome> => {
    if (isHash && keys.hashes !== true) return { kind: "failed", why: "this sender takes no hashed numbers" };
    const answer = await askGateway(http, {
      // Receipts and codes alone: hosts of the family forbid anything else to hashed numbers.
      url: `${baseUrl}/api/services/${isHash ? "sendotp" : "sendsms"}/`,
      ...(isTyped ? { isTyped } : {}),
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        apikey: keys.apiKey,
        partnerID: keys.partnerId,
        message: text,
        shortcode: keys.shortcode,
        mobile: phone,
        ...(isHash ? { hashed: true } : { pass_type: "plain" }),
      }),
    });
    if ("kind" in answer) return answer;
    const read = first(answer.body);
    const code = Number(read["respose-code"] ?? read["response-code"] ?? Number.NaN); // the misspelling is theirs
    const why =
      `${Number.isNaN(code) ? `HTTP ${answer.status}` : code} ${String(read["response-description"] ?? "")}`.trim();
    const remoteId = read.messageid;
    if (code === 200 && (typeof remoteId === "string" || typeof remoteId === "number")) {
      return { kind: "accepted", remoteId: String(remoteId) };
    }
    if (code === fiveMinutes) return { kind: "later", why, afterMs: 5 * 60_000 };
    if (configErrors.has(code)) return { kind: "config-error", why };
    // A page, or words of another host: it may have taken it.
    if (Number.isNaN(code)) return { kind: "later", why, ...(answer.status < 300 ? { mayBeSent: true } : {}) };
    return { kind: laters.has(code) ? "later" : "failed", why };
  };
}

export function readAdvantaReport(body: string): DeliveryReport | null {
  const { messageid, description } = first(body);
  if (messageid === undefined || typeof description !== "string") return null;
  const failed = ["AbsentSubscriber", "DeliveryImpossible", "SenderName Blacklisted"].includes(description);
  const state = description === "DeliveredToTerminal" ? "delivered" : failed ? "failed" : "on-its-way";
  return { remoteId: String(messageid), state, why: failed ? description : null };
}

/** The first of `responses`; an error is a plain object. */
function first(text: string): Record<string, unknown> {
  const { responses, ...bare } = jsonObject(text);
  return Array.isArray(responses) ? objectOr(responses[0]) : bare;
}
