/**
 * The simulated WhatsApp (Meta's Cloud API): approved templates alone, JSON in and out, notices signed with the app's secret. Refused numbers are those
 * of `simulated-africastalking.ts`. It is made from what is documented; no real account was at hand.
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
  readonly template?: {
    readonly name?: unknown;
    readonly components?: readonly { readonly parameters?: readonly unknown[] }[];
  };
}

export interface SimulatedWhatsApp {
  send(
    phoneNumberId: string,
    authorization: string | undefined,
    body: string,
  ): { readonly status: number; readonly body: object; readonly notice: { body: string; signature: string } | null };
}

export function createSimulatedWhatsApp(world: World, inbox: Inbox): SimulatedWhatsApp {
  const refuse = ([status, code, message]: readonly [number, number, string]) => ({
    status,
    body: { error: { message, type: "OAuthException", code } },
    notice: null,
  });
  return {
    send(phoneNumberId, authorization, text) {
      if (authorization !== `Bearer ${sampleWhatsApp.accessToken}` || phoneNumberId !== sampleWhatsApp.phoneNumberId)
        return refuse([401, 190, "Invalid OAuth access token"]);
      const { to, type, template } = (readJsonObject(text) ?? {}) as Order;
      const phone = String(to ?? "");
      const gaps = approved[String(template?.name ?? "")];
      const filled = template?.components?.[0]?.parameters ?? [];
      if (type !== "template" || gaps === undefined) return refuse([404, 132_001, "Template name does not exist"]);
      if (filled.length !== gaps) return refuse([400, 132_000, "Number of parameters does not match"]);
      const error = errors[phone.slice(-3)];
      const isRefused = refusedEndings[phone.slice(-3)] !== undefined && error !== undefined;
      const id = `wamid.${newSecret(world, 12)}`;
      inbox.keep({
        id,
        to: `+${phone}`,
        from: "WhatsApp",
        text: `${template?.name}: ${JSON.stringify(filled)}`,
        status: isRefused ? error[2] : "Success",
      });
      if (isRefused) return refuse(error);
      const value = { messaging_product: "whatsapp", statuses: [{ id, status: "delivered", recipient_id: phone }] };
      const body = JSON.stringify({
        object: "whatsapp_business_account",
        entry: [{ id: "1", changes: [{ field: "messages", value }] }],
      });
      const signature = `sha256=${createHmac("sha256", sampleWhatsApp.appSecret).update(body).digest("hex")}`;
      return {
        status: 200,
        body: { messaging_product: "whatsapp", contacts: [{ input: phone, wa_id: phone }], messages: [{ id }] },
        notice: { body, signature },
      };
    },
  };
}
