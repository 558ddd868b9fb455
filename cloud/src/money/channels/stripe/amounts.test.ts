import { expect, test } from "vitest";
import { openTestChannel } from "../test-channel-contract.ts";
import { stripe } from "./channel.ts";

/** Every form that Stripe gets, and answers that say yes. */
function bench() {
  const forms: URLSearchParams[] = [];
  const world = { clock: { wall: () => ({ atMs: 1_700_000_000_000 }) } } as never;
  const http = async ({ body = "" }: { body?: string }) => {
    forms.push(new URLSearchParams(body));
    return { status: 200, body: '{"id":"cs_1","url":"https://pay.test"}' };
  };
  const parts = { world, http: http as never, baseUrl: "http://stripe.test", publicUrl: "http://hub.test" };
  return { forms, channel: openTestChannel(stripe, parts, { secretKey: "sk_x", webhookSecret: "whsec_x" }) };
}

const order = { phone: "254711000111", reference: "K7Q2M9XW", description: "1 day", secret: "abc" };
const refund = { refundId: "r1", receipt: "pi_1", requestId: "cs_1", reason: "test" };

test.each([
  ["KES", 5000, "5000"],
  ["USD", 199, "199"],
  ["RWF", 50_000, "500"],
  ["UGX", 150_000, "150000"],
])(
  "[PAY-10] %s of %i hundredths is %s at Stripe: in orders, answers and refunds",
  async (currency, amountCents, at) => {
    const { forms, channel } = bench();
    await channel.start({ ...order, amountCents, currency });
    expect(forms[0]?.get("line_items[0][price_data][unit_amount]")).toBe(at);
    expect(await channel.refund?.send({ ...refund, amountCents, currency })).toEqual({ kind: "done" });
    expect(forms[1]?.get("amount")).toBe(at);
    const session = { id: "cs_1", client_reference_id: "K7Q2M9XW", status: "complete", payment_status: "paid" };
    const body = JSON.stringify({
      ...session,
      payment_intent: "pi_1",
      amount_total: Number(at),
      currency: currency.toLowerCase(),
    });
    const answer = JSON.stringify({ status: 200, body, requestId: "cs_1" });
    const expected = { reference: "K7Q2M9XW", currency, amountCents };
    expect(stripe.readers.readQuery(answer, 1, expected).evidence).toMatchObject({ kind: "success", amountCents });
  },
);

test.each(["RWF", "UGX"])(
  "[PAY-10] part of a whole %s is neither asked for nor refunded: Stripe has no such coin",
  async (currency) => {
    const { forms, channel } = bench();
    await expect(channel.start({ ...order, amountCents: 150_050, currency })).rejects.toMatchObject({
      code: "stripe/amount",
    });
    expect(await channel.refund?.send({ ...refund, amountCents: 150_050, currency })).toMatchObject({
      kind: "refused",
    });
    expect(forms).toEqual([]);
  },
);
