/** M-Pesa as a payment channel: a prompt on the phone, of a paybill or a till. */
import type { PaymentChannel } from "../channel-contract.ts";
import type { DarajaClient } from "./client.ts";

export function darajaChannel(client: DarajaClient, callbackUrl: (secret: string) => string): PaymentChannel {
  return {
    start: ({ amountCents, phone, reference, secret }) =>
      client.push({
        amount: amountCents / 100,
        phone,
        reference,
        description: "Internet",
        callbackUrl: callbackUrl(secret),
      }),
    ask: (requestId) => client.query(requestId),
    async checkKeys() {
      await client.checkKeys();
      return "Daraja accepts the consumer key and secret.";
    },
    // Money goes back by calls whose result comes later: `later-calls.ts`.
    refund: null,
  };
}
