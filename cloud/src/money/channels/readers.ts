/** How the stored answers of each kind of channel are read. Pure: what was read wrong once can be read again. */
import { cents } from "@karibu/protocol/quantities";
import type { Expected } from "../evidence/expected.ts";
import { type ReadEvidence, readPushEvidence, readQueryEvidence } from "./daraja/read-evidence.ts";
import { readPesapalStart, readPesapalStatus } from "./pesapal/messages.ts";
import { readStripeSession, readStripeStart } from "./stripe/messages.ts";
import type { ChannelKind } from "./tables.ts";

interface Readers {
  readStart(answer: string): ReadEvidence;
  /** @param sincePushMs how old the request was when the answer came */
  readAsk(answer: string, sincePushMs: number, expected: Expected): ReadEvidence;
}

const daraja: Readers = { readStart: readPushEvidence, readAsk: readQueryEvidence };
const desk: Readers = { readStart: readDesk, readAsk: readDesk };

export const readers: Readonly<Record<ChannelKind, Readers>> = {
  "mpesa-paybill": daraja,
  "mpesa-till": daraja,
  pesapal: { readStart: readPesapalStart, readAsk: (answer, _, expected) => readPesapalStatus(answer, expected) },
  stripe: { readStart: readStripeStart, readAsk: (answer, _, expected) => readStripeSession(answer, expected) },
  cash: desk,
  credit: desk,
};

function readDesk(answer: string): ReadEvidence {
  const { body } = JSON.parse(answer) as { body: string };
  const { receipt, amountCents } = JSON.parse(body) as { receipt: string; amountCents: number };
  return {
    evidence: {
      kind: "success",
      source: "operator",
      trust: "fetched",
      requestId: null,
      receipt,
      amountCents: cents(amountCents),
    },
    surprise: null,
  };
}
