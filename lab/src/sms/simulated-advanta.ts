/**
 * The simulated Advanta gateway: JSON in, always HTTP 200, two spellings of the key for the code, errors as bare objects. Refused
 * numbers are those of `simulated-africastalking.ts`.
 */

import { readJsonObject } from "@karibu/protocol/foreign-json";
import type { World } from "@karibu/protocol/world";
import { type Inbox, type Report, refusedEndings } from "./simulated-africastalking.ts";

export const sampleAdvanta = { apiKey: "lab-advanta-key", partnerId: "1234", shortcode: "KARIBU" };

export interface SimulatedAdvanta {
  /** @returns null for a path that Advanta does not have */
  request(path: string, body: string): object | null;
}

const codes: Readonly<Record<string, readonly [number, string]>> = {
  "403": [1003, "Invalid mobile number"],
  "405": [1004, "Low bulk credits"],
  "406": [1003, "Invalid mobile number"],
  "500": [1005, "Internal error"],
};
const bulkMax = 1000;

export function createSimulatedAdvanta(world: World, inbox: Inbox, report: Report = () => {}): SimulatedAdvanta {
  let messageId = 8_290_000 + (world.random.bytes(1)[0] ?? 0);
  let credit = 5000;
  const delivered = new Map<string, string>();
  const bare = (code: number, description: string) => ({ "response-code": code, "response-description": description });

  function refusal(fields: Record<string, unknown>): object | null {
    if (fields.apikey === undefined) return bare(4093, "No API key found");
    if (fields.partnerID === undefined) return bare(4091, "No partner ID found");
    if (fields.apikey !== sampleAdvanta.apiKey || String(fields.partnerID) !== sampleAdvanta.partnerId)
      return bare(1006, "Invalid credentials");
    return null;
  }

  function sendOne(fields: Record<string, unknown>, spelling: "respose-code" | "response-code"): object {
    const mobile = String(fields.mobile ?? "");
    const text = String(fields.message ?? "");
    const from = String(fields.shortcode ?? "");
    const answer = (code: number, description: string, more: object = {}) => ({
      [spelling]: code,
      "response-description": description,
      mobile: Number(mobile) || mobile,
      ...more,
    });
    if (from === "" || from.length > 11) return answer(1001, "Invalid sender id");
    if (text === "") return answer(1009, "No message");
    const [code, description] = /^254[17]\d{8}$/.test(mobile)
      ? (codes[refusedEndings[mobile.slice(-3)]?.statusCode ?? ""] ?? [200, "Success"])
      : [1003, "Invalid mobile number"];
    const sent = code === 200;
    const id = sent ? ++messageId : 0;
    inbox.keep({ id: String(id), to: `+${mobile}`, from, text, status: sent ? "Success" : description });
    if (!sent) return answer(code, description);
    credit--;
    delivered.set(String(id), "DeliveredToTerminal");
    report(String(id), mobile, false);
    return answer(code, description, { messageid: id, networkid: "1" });
  }

  /** To a number of Safaricom's that is known by its SHA-256 alone. */
  function sendHashed(fields: Record<string, unknown>): object {
    const mobile = String(fields.mobile ?? "");
    if (fields.hashed !== true || !/^[0-9a-f]{64}$/.test(mobile)) return bare(1003, "Invalid mobile number");
    const id = String(++messageId);
    inbox.keep({
      id,
      to: mobile,
      from: String(fields.shortcode ?? ""),
      text: String(fields.message ?? ""),
      status: "Success",
    });
    return { ...bare(200, "Success"), mobile, messageid: id, networkid: 1 };
  }

  return {
    request(path, body) {
      const route = /^\/api\/services\/(sendsms|sendotp|sendbulk|getdlr|getbalance)\/?$/.exec(path)?.[1];
      if (route === undefined) return null;
      const fields = readJsonObject(body);
      if (fields === null) return bare(1012, "Invalid JSON");
      if (route === "sendbulk") {
        const list = Array.isArray(fields.smslist) ? (fields.smslist as Record<string, unknown>[]) : [];
        if (list.length === 0 || list.length > bulkMax) return bare(1010, `smslist: 1 to ${bulkMax}`);
        return { responses: list.map((each) => refusal(each) ?? sendOne(each, "response-code")) };
      }
      const refused = refusal(fields);
      if (refused !== null) return refused;
      if (route === "sendsms") return { responses: [sendOne(fields, "respose-code")] };
      if (route === "sendotp") return { responses: [sendHashed(fields)] };
      if (route === "getbalance") return { "response-code": 200, credit, "partner-id": sampleAdvanta.partnerId };
      const description = delivered.get(String(fields.messageID));
      if (description === undefined) return bare(1008, "No delivery report yet");
      return {
        ...bare(200, "Success"),
        "message-id": fields.messageID,
        "delivery-status": 32,
        "delivery-description": description,
      };
    },
  };
}
