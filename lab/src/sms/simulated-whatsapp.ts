/**
 * The simulated WhatsApp (Meta's Cloud API): approved templates, free text to who wrote in the last 24 hours, JSON in and out, notices signed with the
 * app's secret. As Meta does, it accepts a text that comes too late and tells in a notice that it failed. Refused numbers are those of
 * `simulated-africastalking.ts`. It is made from what is documented; no real account was at hand.
 */
import { createHmac } from "node:crypto";
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Inbox, refusedEndings } from "./simulated-africastalking.ts";

export const sampleWhatsApp = {
  phoneNumberId: "100010001000",
  accessToken: "lab-whatsapp-token",
  appSecret: "lab-whatsapp-secret",
  version: "v23.0",
};

/** Approved, with so many gaps. */
const approved: Readonly<Record<string, number>> = { due_soon: 2, hello: 0 };

const errors: Readonly<Record<string, readonly [status: number, code: number, message: string]>> = {
  "403": [400, 131_026, "Message undeliverable"],
  "405": [400, 131_042, "Business eligibility payment issue"],
  "406": [400, 131_026, "Message undeliverable"],
  "500": [400, 130_429, "Rate limit hit"],
};

interface Order {
  readonly to?: unknown;
  readonly type?: unknown;
  readonly text?: { readonly body?: unknown };
  readonly template?: {
    readonly name?: unknown;
    readonly components?: readonly { readonly parameters?: readonly unknown[] }[];
  };
}

const windowMs = 24 * 3_600_000;
/** Meta's own words. */
const tooLate = {
  code: 131_047,
  title: "Re-engagement message",
  error_data: {
    details:
      "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
  },
};

interface Notice {
  readonly body: string;
  readonly signature: string;
}

export interface SimulatedWhatsApp {
  send(
    phoneNumberId: string,
    authorization: string | undefined,
    body: string,
  ): { readonly status: number; readonly body: object; readonly notice: Notice | null };
  /** A customer writes to the number: what the hub is told. @param from digits */
  write(from: string, text: string): Notice;
}

export function createSimulatedWhatsApp(world: World, inbox: Inbox): SimulatedWhatsApp {
  const refuse = ([status, code, message]: readonly [number, number, string]) => ({
    status,
    body: { error: { message, type: "OAuthException", code } },
    notice: null,
  });
  /** By phone: when it last wrote. */
  const wrote = new Map<string, number>();
  const noticeOf = (value: object): Notice => {
    const body = JSON.stringify({
      object: "whatsapp_business_account",
      entry: [{ id: "1", changes: [{ field: "messages", value: { messaging_product: "whatsapp", ...value } }] }],
    });
    const signature = `sha256=${createHmac("sha256", sampleWhatsApp.appSecret).update(body).digest("hex")}`;
    return { body, signature };
  };
  const nowMs = () => world.clock.wall().atMs;
  return {
    write(from, text) {
      wrote.set(from, nowMs());
      const timestamp = String(Math.floor(nowMs() / 1000));
      const message = { from, id: `wamid.${newSecret(world, 12)}`, timestamp, type: "text", text: { body: text } };
      return noticeOf({ messages: [message] });
    },
    send(phoneNumberId, authorization, text) {
      if (authorization !== `Bearer ${sampleWhatsApp.accessToken}` || phoneNumberId !== sampleWhatsApp.phoneNumberId)
        return refuse([401, 190, "Invalid OAuth access token"]);
      const { to, type, template, text: free } = (readJsonObject(text) ?? {}) as Order;
      const phone = String(to ?? "");
      const isText = type === "text" && typeof free?.body === "string" && free.body !== "";
      const gaps = approved[String(template?.name ?? "")];
      const filled = template?.components?.[0]?.parameters ?? [];
      if (!isText && (type !== "template" || gaps === undefined))
        return refuse([404, 132_001, "Template name does not exist"]);
      if (!isText && filled.length !== gaps) return refuse([400, 132_000, "Number of parameters does not match"]);
      const isTooLate = isText && nowMs() - (wrote.get(phone) ?? Number.NEGATIVE_INFINITY) > windowMs;
      const error = errors[phone.slice(-3)];
      const isRefused = refusedEndings[phone.slice(-3)] !== undefined && error !== undefined;
      const id = `wamid.${newSecret(world, 12)}`;
      inbox.keep({
        id,
        to: `+${phone}`,
        from: "WhatsApp",
        text: isText ? String(free?.body) : `${template?.name}: ${JSON.stringify(filled)}`,
        status: isRefused ? error[2] : isTooLate ? tooLate.title : "Success",
      });
      if (isRefused) return refuse(error);
      const status = isTooLate ? { status: "failed", errors: [tooLate] } : { status: "delivered" };
      return {
        status: 200,
        body: { messaging_product: "whatsapp", contacts: [{ input: phone, wa_id: phone }], messages: [{ id }] },
        notice: noticeOf({ statuses: [{ id, recipient_id: phone, ...status }] }),
      };
    },
  };
}
