/** A gateway for text messages that takes them all, as Advanta answers; or that can't be reached. */
import type { HttpCall } from "../ground/http-client/http-call.ts";

export function takesTexts() {
  const gateway = {
    /** What it took, oldest first. */
    texts: [] as string[],
    isDown: false,
    http: (async ({ body = "" }) => {
      if (gateway.isDown) throw new Error("connection refused");
      gateway.texts.push(JSON.parse(String(body)).message);
      const responses = [{ "response-code": 200, messageid: gateway.texts.length }];
      return { status: 200, body: JSON.stringify({ responses }) };
    }) as HttpCall,
  };
  return gateway;
}

/** What a provider enters to have its messages sent by it. */
export const advanta = {
  ...{ kind: "advanta", name: "SMS", apiKey: "key", partnerId: "1", shortcode: "KARIBU" },
  baseUrl: "https://sms.test",
} as const;
