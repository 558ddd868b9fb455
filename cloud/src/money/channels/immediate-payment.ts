/** What channels of immediate payments share: the person who records the purchase says that its money is there. */
import { cents } from "@karibu/protocol/quantities";
import type { ReadEvidence } from "../evidence/evidence.ts";
import type { ChannelDefinition, ChannelFacts, PaymentChannel } from "./channel-contract.ts";
import type { ChannelCallbacks, ChannelReaders } from "./channel-messages.ts";

const immediateFacts = {
  currency: null,
  amountCentsStep: 1,
  amountCentsMax: 1_000_000_000,
  pays: "immediate",
  querySpacingMs: null,
  querySource: "order-status",
} as const satisfies Partial<ChannelFacts>;

const immediatePayment: PaymentChannel = {
  start: async ({ amountCents, reference, toldCents = 0 }) => ({
    status: 200,
    body: JSON.stringify({ paid: true, receipt: reference, amountCents, toldCents }),
  }),
  query: async (requestId) => ({ status: 200, body: JSON.stringify({ paid: true, receipt: requestId }) }),
  checkKeys: async () => "This channel needs no keys.",
  refund: null,
  list: null,
  register: null,
  asyncCalls: null,
};

const immediateReaders: ChannelReaders = {
  readStart: readPaid,
  readQuery: readPaid,
  readCallback: null,
  readInflow: null,
  retryAfterMs: () => null,
};

const noCallbacks: ChannelCallbacks = { prompt: null, confirmation: null, validation: null, notice: null };

export const immediateChannel = (
  name: "cash" | "credit",
  { way, wallet, title }: Pick<ChannelFacts, "way" | "wallet"> & { readonly title: string },
): ChannelDefinition => ({
  name,
  facts: { ...immediateFacts, rail: name, way, wallet, paidFrom: name },
  kinds: [{ kind: name, fields: null, title: () => title }],
  baseUrls: null,
  appKey: null,
  open: () => immediatePayment,
  readers: immediateReaders,
  callbacks: noCallbacks,
  results: null,
  initiator: null,
  statementReader: null,
  publicUrlProblem: () => null,
});

interface PaidAtOnce {
  readonly receipt: string;
  readonly amountCents: number;
  readonly toldCents: number;
}

function readPaid(answer: string): ReadEvidence {
  const { body } = JSON.parse(answer) as { body: string };
  const { receipt, amountCents, toldCents } = JSON.parse(body) as PaidAtOnce;
  return {
    evidence: {
      kind: "success",
      source: "operator",
      trust: "fetched",
      requestId: null,
      receipt,
      amountCents: cents(amountCents),
      toldCents: cents(toldCents),
    },
    unknownCode: null,
  };
}
