import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { isStripeSignature, readStripeSession } from "./messages.ts";

const secret = "whsec_test";
const body = '{"type":"checkout.session.completed"}';
const signedAt = (seconds: number): string =>
  `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;

test("[PAY-10] a signature counts for five minutes before and after its time, and for this body alone", () => {
  const isRight = (agoSeconds: number, raw = body) =>
    isStripeSignature(signedAt(10_000), raw, secret, (10_000 + agoSeconds) * 1000);
  expect([-301, -300, 0, 300, 301].map((ago) => isRight(ago))).toEqual([false, true, true, true, false]);
  expect(isRight(0, `${body} `)).toBe(false);
  expect(isStripeSignature(signedAt(10_000), body, "another secret", 10_000_000)).toBe(false);
});

const paid = {
  id: "cs_1",
  client_reference_id: "ABC123",
  payment_status: "paid",
  status: "complete",
  amount_total: 5000,
  currency: "kes",
  payment_intent: "pi_1",
};
const read = (changed: object) =>
  readStripeSession(JSON.stringify({ status: 200, body: JSON.stringify({ ...paid, ...changed }), requestId: "cs_1" }), {
    reference: "ABC123",
    currency: "KES",
    amountCents: 5000,
  }).evidence;

test("[PAY-10] a session pays the purchase that it was made for, in its currency, and no other", () => {
  expect(read({})).toMatchObject({ kind: "success", receipt: "pi_1", amountCents: 5000 });
  expect(read({ id: "cs_2" })).toMatchObject({ kind: "unknown", why: "it speaks of another session" });
  expect(read({ client_reference_id: "XYZ789" })).toMatchObject({
    kind: "unknown",
    why: "it speaks of another session",
  });
  expect(read({ currency: "ugx" })).toMatchObject({ kind: "unknown", why: "another currency" });
  expect(read({ payment_status: "unpaid" })).toMatchObject({ kind: "unknown", why: "not paid yet" });
});
