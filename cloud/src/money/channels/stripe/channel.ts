/** Stripe Checkout: a session, its page, and the session read again before anything is credited. */

import { Fault } from "@karibu/protocol/fault";
import type { JsonObject } from "@karibu/protocol/foreign-json";
import { cutText } from "@karibu/protocol/whole-text";
import { ownRule } from "../../../ground/http/own-rules.ts";
import type { HttpAnswer } from "../../../ground/http-client/http-call.ts";
import type { ChannelDefinition, OpenContext, PaymentChannel } from "../channel-contract.ts";
import { type KeyField, secretText } from "../key-fields.ts";
import { returnPageUrl } from "../return-page.ts";
import { stripeStepCents, toStripeAmount } from "./amounts.ts";
import { readStripeNotice, readStripeSession, readStripeStart } from "./messages.ts";
import { readStripeList, readStripeReturn } from "./returns.ts";

const secret = (name: string, shownBy: KeyField["shownBy"], starts: RegExp, begins: string): KeyField => ({
  name,
  label: name,
  schema: secretText.regex(starts, ownRule("begins-with", `begins with ${begins}`, begins)),
  changeSchema: secretText,
  use: "selling",
  shownBy,
  input: "password",
});

/** Of what https://docs.stripe.com/ips lists, what the page of Checkout loads. The customer's bank has pages of its own, which nobody can list. */
const checkoutHosts = [
  "checkout.stripe.com",
  "js.stripe.com",
  "api.stripe.com",
  "hooks.stripe.com",
  "merchant-ui-api.stripe.com",
  "m.stripe.com",
  "m.stripe.network",
  "b.stripecdn.com",
  "files.stripe.com",
] as const;

export const stripe: ChannelDefinition = {
  name: "stripe",
  facts: {
    currency: null,
    amountCentsStep: 1,
    amountCentsStepIn: stripeStepCents,
    amountCentsMax: 1_000_000_000,
    rail: "stripe",
    way: "card",
    wallet: "Card",
    pays: "page",
    paidFrom: null,
    querySpacingMs: 1000,
    querySource: "order-status",
  },
  kinds: [
    {
      kind: "stripe",
      fields: [
        secret("secretKey", "check", /^[rs]k_/, "sk_ / rk_"),
        secret("webhookSecret", "notice", /^whsec_/, "whsec_"),
      ],
      title: () => "Stripe",
    },
  ],
  baseUrls: { sandbox: "https://api.stripe.com", production: "https://api.stripe.com" },
  openHosts: { sandbox: checkoutHosts, production: checkoutHosts },
  appKey: "secretKey",
  open: openStripe,
  readers: {
    readStart: readStripeStart,
    readQuery: (answer, _, expected) => readStripeSession(answer, expected),
    readCallback: null,
    readInflow: null,
    retryAfterMs: () => null,
  },
  callbacks: { prompt: null, confirmation: null, validation: null, notice: readStripeNotice },
  results: null,
  initiator: null,
  statementReader: null,
  publicUrlProblem: () => null,
};

const timeoutMs = 20_000;
const listPagesMax = 50;
/** The longest that a session can stay open. */
const sessionLifeSeconds = 23 * 3600;

function openStripe({ world, http, baseUrl, publicUrl, keys }: OpenContext): PaymentChannel {
  const lost = (): HttpAnswer => ({ status: 0, body: "" });

  const authorization = () => `Bearer ${keys().secretKey}`;

  const post = (path: string, form: Record<string, string>, idempotencyKey: string) =>
    http({
      method: "POST",
      url: baseUrl + path,
      headers: {
        authorization: authorization(),
        "content-type": "application/x-www-form-urlencoded",
        "idempotency-key": idempotencyKey,
      },
      body: new URLSearchParams(form).toString(),
      timeoutMs,
    }).catch(lost);
  const get = (path: string) =>
    http({ method: "GET", url: baseUrl + path, headers: { authorization: authorization() }, timeoutMs });

  /** All of a list since then, newest first; a text: the key may not read it; null: it could not be read to its end. */
  async function readAll(path: string, fromMs: number): Promise<JsonObject[] | string | null> {
    const all: JsonObject[] = [];
    for (let page = 0, after = ""; page < listPagesMax; page++) {
      const from = `limit=100&created%5Bgte%5D=${Math.floor(fromMs / 1000)}`;
      const answer = await get(`${path}?${from}${after === "" ? "" : `&starting_after=${after}`}`).catch(lost);
      if (answer.status === 403) return `HTTP 403: ${answer.body}`;
      const read = readStripeList(answer);
      if (read === null) return null;
      all.push(...read.items);
      const last = read.items.at(-1)?.id;
      if (!read.hasMore || typeof last !== "string") return all;
      after = encodeURIComponent(last);
    }
    return null;
  }

  return {
    async start({ amountCents, currency, reference, description, returnUrl }) {
      const amount = toStripeAmount(amountCents, currency);
      if (amount === null) {
        throw new Fault("stripe/amount", `Stripe takes only whole ${currency}`, { retry: "never" });
      }
      return post(
        "/v1/checkout/sessions",
        {
          mode: "payment",
          "line_items[0][price_data][currency]": currency.toLowerCase(),
          "line_items[0][price_data][unit_amount]": String(amount),
          "line_items[0][price_data][product_data][name]": cutText(description, 100),
          "line_items[0][quantity]": "1",
          success_url: returnPageUrl(publicUrl, returnUrl),
          cancel_url: returnPageUrl(publicUrl, returnUrl),
          client_reference_id: reference,
          "metadata[purchase]": reference,
          expires_at: String(Math.floor(world.clock.wall().atMs / 1000) + sessionLifeSeconds),
        },
        `start-${reference}`,
      );
    },
    query: (requestId) => get(`/v1/checkout/sessions/${encodeURIComponent(requestId)}`).catch(lost),
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
    refund: {
      wholeOnly: false,
      async send({ refundId, receipt, amountCents, currency }) {
        const amount = toStripeAmount(amountCents, currency);
        if (amount === null) return { kind: "refused", why: `Stripe refunds only whole ${currency}` };
        const form = { payment_intent: receipt, amount: String(amount), "metadata[refund]": refundId };
        const answer = await post("/v1/refunds", form, `refund-${refundId}`);
        if (answer.status === 0 || answer.status >= 500) return { kind: "lost" };
        return answer.status >= 400 ? { kind: "refused", why: answer.body } : { kind: "done" };
      },
    },
    list: null,
    async returns({ refundsFromMs, disputesFromMs }) {
      const refunds = await readAll("/v1/refunds", refundsFromMs);
      const disputes = await readAll("/v1/disputes", disputesFromMs);
      if (refunds === null || disputes === null) return { kind: "lost" };
      const returned = [
        ...(typeof refunds === "string" ? [] : refunds).flatMap((each) => readStripeReturn("refund", each) ?? []),
        ...(typeof disputes === "string" ? [] : disputes).flatMap((each) => readStripeReturn("dispute", each) ?? []),
      ];
      // A restricted key without a right is no outage: the other list counts.
      if (typeof refunds === "string")
        return { kind: "read", returned, trouble: { reason: "refunds-not-allowed", said: refunds } };
      const trouble =
        typeof disputes === "string" ? ({ reason: "disputes-not-allowed", said: disputes } as const) : null;
      return { kind: "read", returned, trouble };
    },
    register: null,
    asyncCalls: null,
  };
}
