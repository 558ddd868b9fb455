/** Cash that the provider's staff take. The money is there when the purchase is recorded: no calls, no keys. */
import type { ChannelDefinition } from "../channel-contract.ts";
import { immediateFacts, immediatePayment, immediateReaders, noCallbacks } from "../immediate-payment.ts";

export const cash: ChannelDefinition = {
  name: "cash",
  facts: { ...immediateFacts, rail: "cash", way: "cash", wallet: "Cash", paidFrom: "cash" },
  kinds: [{ kind: "cash", fields: null, title: () => "Cash" }],
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
