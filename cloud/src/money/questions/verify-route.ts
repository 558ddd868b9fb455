/** The API by which an operator has a channel asked now. */
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { paymentDetailOf, paymentParams, readPayment } from "../purchases/payment-routes.ts";
import type { Asking } from "./ask.ts";

export function verifyRoute(kinds: ChannelKinds, envelope: Envelope, askNow: Asking["now"]) {
  return route({
    method: "POST",
    path: "/api/v1/payments/{id}/verify",
    summary: "Ask the payment channel what became of this payment",
    permission: "payments.verify",
    params: paymentParams,
    body: null,
    response: z.object({
      /** False: the channel could not be asked now; see `retryAfterSeconds`, or null when there is nothing to ask with. */
      asked: z.boolean(),
      retryAfterSeconds: z.int().nullable(),
      payment: paymentDetailOf(kinds),
    }),
    handle: async ({ params, providerId, actor, transact }) => {
      await transact((tx) => readPayment(envelope, tx, { providerId, actor }, params.id));
      const { asked, retryAfterMs } = await askNow(providerId, params.id);
      const payment = await transact((tx) => readPayment(envelope, tx, { providerId, actor }, params.id));
      return { asked, retryAfterSeconds: retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1000), payment };
    },
  });
}
