/**
 * The simulated Twilio: form in, JSON out, and reports to the address that each message names, signed over that address and the
 * sorted fields. The final report comes first, as with the real one.
 */
import { createHmac } from "node:crypto";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Inbox, refusedEndings } from "./simulated-africastalking.ts";

export const sampleTwilio = { accountSid: "AClab0000000000000000000000000000", authToken: "lab-twilio-token" };

export interface TwilioReport {
  readonly url: string;
  readonly body: string;
  readonly signature: string;
}

export interface SimulatedTwilio {
  send(
    accountSid: string,
    authorization: string | undefined,
    form: URLSearchParams,
  ): { readonly status: number; readonly body: string; readonly reports: readonly TwilioReport[] };
}

const errors: Readonly<Record<string, readonly [status: number, code: number, message: string]>> = {
  "403": [400, 21_211, "The 'To' number is not a valid phone number."],
  "405": [400, 20_003, "Account balance is empty."],
  "406": [400, 21_610, "Attempt to send to unsubscribed recipient"],
  "500": [429, 20_429, "Too many requests"],
};

export function createSimulatedTwilio(world: World, inbox: Inbox): SimulatedTwilio {
  const refuse = ([status, code, message]: readonly [number, number, string]) => ({
    status,
    reports: [],
    body: JSON.stringify({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }),
  });

  return {
    send(accountSid, authorization, form) {
      const basic = Buffer.from(`${sampleTwilio.accountSid}:${sampleTwilio.authToken}`).toString("base64");
      if (accountSid !== sampleTwilio.accountSid || authorization !== `Basic ${basic}`)
        return refuse([401, 20_003, "Authenticate"]);
      const to = form.get("To") ?? "";
      const from = form.get("From") ?? form.get("MessagingServiceSid") ?? "";
      const text = form.get("Body") ?? "";
      if (from === "") return refuse([400, 21_603, "A 'From' phone number is required."]);
      if (text === "") return refuse([400, 21_602, "Message body is required."]);
      const ending = /^\+254[17]\d{8}$/.test(to) ? String(refusedEndings[to.slice(-3)]?.statusCode ?? "") : "403";
      const refused = errors[ending];
      const id = `SM${newSecret(world, 16)}`;
      inbox.keep({ id, to, from, text, status: refused === undefined ? "Success" : String(refused[2]) });
      if (refused !== undefined) return refuse(refused);
      const url = form.get("StatusCallback");
      const reports = url === null ? [] : ["delivered", "sent"].map((status) => report(url, { id, to, from, status }));
      return { status: 201, body: JSON.stringify({ sid: id, status: "queued", error_code: null }), reports };
    },
  };
}

function report(url: string, { id, to, from, status }: Record<"id" | "to" | "from" | "status", string>): TwilioReport {
  const fields = new URLSearchParams({ MessageSid: id, MessageStatus: status, To: to, From: from });
  fields.sort();
  const text = url + [...fields].map(([name, value]) => name + value).join("");
  const signature = createHmac("sha1", sampleTwilio.authToken).update(text).digest("base64");
  return { url, body: fields.toString(), signature };
}
