/** Stripe Checkout: a session, its page, and the session read again before anything is credited. */
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import type { HttpAnswer, HttpCall } from "../../../ground/http-client/http-call.ts";
import { backUrl } from "../../callbacks/back-page.ts";
import type { PaymentChannel } from "../channel-contract.ts";
import type { ChannelKeys } from "../channel-keys.ts";

const timeoutMs = 20_000;
/** The longest that a session can stay open. */
const sessionLifeSeconds = 23 * 3600;

export function stripeChannel(
  { http, baseUrl, keys, world }: { http: HttpCall; baseUrl: string; keys: ChannelKeys; world: World },
  publicUrl: string,
): PaymentChannel {
  const authorization = `Bearer ${keys.secretKey}`;
  const lost = (): HttpAnswer => ({ status: 0, body: "" });

  const post = (path: string, form: Record<string, string>, idempotencyKey: string) =>
    http({
      method: "POST",
      url: baseUrl + path,
      headers: {
        authorization,
        "content-type": "application/x-www-form-urlencoded",
        "idempotency-key": idempotencyKey,
      },
      body: new URLSearchParams(form).toString(),
      timeoutMs,
    }).catch(lost);
  const get = (path: string) => http({ method: "GET", url: baseUrl + path, headers: { authorization }, timeoutMs });

  return {
    start: ({ amountCents, currency, reference, description, returnUrl }) =>
      post(
        "/v1/checkout/sessions",
        {
          mode: "payment",
          "line_items[0][price_data][currency]": currency.toLowerCase(),
          "line_items[0][price_data][unit_amount]": String(amountCents),
          "line_items[0][price_data][product_data][name]": description.slice(0, 100),
          "line_items[0][quantity]": "1",
          success_url: backUrl(publicUrl, returnUrl),
          cancel_url: backUrl(publicUrl, returnUrl),
          client_reference_id: reference,
          "metadata[intent]": reference,
          expires_at: String(Math.floor(world.clock.wall().atMs / 1000) + sessionLifeSeconds),
        },
        `start-${reference}`,
      ),
    ask: (requestId) => get(`/v1/checkout/sessions/${encodeURIComponent(requestId)}`).catch(lost),
    async checkKeys() {
      const answer = await get("/v1/balance").catch((error: unknown) => {
        throw new Fault("stripe/away", "no answer from Stripe", { retry: "later" }, error);
      });
      if (answer.status === 200) return "Stripe accepts the secret key.";
      if (answer.status === 401 || answer.status === 403) {
        throw new Fault("stripe/keys", `Stripe refuses the secret key: HTTP ${answer.status}`, {
          retry: "never",
          hint: "Copy the secret key again from Stripe's dashboard, for the same mode (test or live).",
        });
      }
      throw new Fault("stripe/away", `HTTP ${answer.status} from Stripe`, { retry: "later" });
    },
    async refund({ refundId, receipt, amountCents }) {
      const form = { payment_intent: receipt, amount: String(amountCents) };
      const answer = await post("/v1/refunds", form, `refund-${refundId}`);
      if (answer.status === 0 || answer.status >= 500) return { kind: "lost" };
      return answer.status >= 400 ? { kind: "refused", why: answer.body } : { kind: "done" };
    },
  };
}
