/** A customer's credit with the provider. The money is there when the purchase is recorded: no calls, no keys. */
import type { ChannelDefinition } from "../channel-contract.ts";
import { immediateFacts, immediatePayment, immediateReaders, noCallbacks } from "../immediate-payment.ts";

export const credit: ChannelDefinition = {
  name: "credit",
  facts: { ...immediateFacts, rail: "credit", way: "balance", wallet: "Credit", paidFrom: "credit" },
  kinds: [{ kind: "credit", fields: null, title: () => "Customer credit" }],
  baseUrls: null,
  appKey: null,
  open: () => immediatePayment,
  readers: immediateReaders,
  callbacks: noCallbacks,
  results: null,
  initiator: null,
  statementReader: null,
  publicUrlProblem: () => null,
};
