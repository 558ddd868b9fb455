/** M-Pesa by Safaricom's Daraja: a prompt on the phone, for a paybill or a till. */
import type { ChannelDefinition, OpenContext, PaymentChannel } from "../channel-contract.ts";
import type { EnteredKeys } from "../key-fields.ts";
import { darajaAsyncCalls } from "./async-calls.ts";
import { readCallResult, readPayoutStatus, readRefundResult, readStatus } from "./call-results.ts";
import { createDarajaClient, darajaHosts } from "./client.ts";
import { classifyRefundResult, initiatorRefusal, provesInitiator } from "./codes.ts";
import { readDarajaInflow } from "./inflow-messages.ts";
import { initiatorMail, passwordMail } from "./initiator-mail.ts";
import { paybillFields, tillFields } from "./keys.ts";
import { listPage } from "./list.ts";
import { queryRetryAfterMs, readCallbackEvidence, readPromptEvidence, readQueryEvidence } from "./read-evidence.ts";
import { darajaQuestions } from "./recorded-questions.ts";
import { callbackUrlProblem, registerAddresses } from "./register.ts";
import { answerValidation } from "./validation.ts";

export const daraja: ChannelDefinition = {
  name: "daraja",
  facts: {
    currency: "KES",
    amountCentsStep: 100,
    amountCentsMax: 25_000_000,
    rail: "mpesa",
    way: "mobile-money",
    wallet: "M-Pesa",
    pays: "phone",
    paidFrom: null,
    querySpacingMs: null,
    querySource: "stk-query",
  },
  kinds: [
    { kind: "mpesa-paybill", fields: paybillFields, title: ({ shortcode }) => `M-Pesa ${shortcode}` },
    { kind: "mpesa-till", fields: tillFields, title: ({ shortcode }) => `M-Pesa till ${shortcode}` },
  ],
  baseUrls: darajaHosts,
  appKey: "consumerKey",
  open: openDaraja,
  readers: {
    readStart: readPromptEvidence,
    readQuery: (answer, sinceRequestMs) => readQueryEvidence(answer, sinceRequestMs),
    readCallback: readCallbackEvidence,
    readInflow: readDarajaInflow,
    retryAfterMs: queryRetryAfterMs,
  },
  callbacks: { prompt: "s", confirmation: { source: "c2b-confirmation" }, validation: answerValidation, notice: null },
  results: {
    readResult: readCallResult,
    readStatus,
    readRefund: readRefundResult,
    readPayoutStatus,
    isFinalFailure: (kind, code) => classifyRefundResult(kind, code) === "failed",
  },
  initiator: {
    readRefusal: initiatorRefusal,
    provesInitiator,
    settingsOf: ({ initiatorName }: EnteredKeys) => (initiatorName === undefined ? {} : { initiatorName }),
    passwordDays: [75, 85, 89, 90],
    refusedMail: initiatorMail,
    passwordMail,
  },
  statementReader: new URL("./read-statement.ts", import.meta.url),
  recorded: darajaQuestions,
  publicUrlProblem: callbackUrlProblem,
};

function openDaraja({ world, http, row, baseUrl, keys, tokens, callbackUrl }: OpenContext): PaymentChannel {
  const client = () => {
    const { passkey = "", consumerKey = "", consumerSecret = "" } = keys();
    return createDarajaClient(
      world,
      http,
      baseUrl,
      { shortcode: row.shortcode, storeNumber: row.storeNumber, passkey, consumerKey, consumerSecret },
      tokens(`${baseUrl}/${consumerKey}`),
    );
  };
  return {
    start: ({ amountCents, phone, reference, secret }) =>
      client().prompt({
        amount: amountCents / 100,
        phone,
        reference,
        description: "Internet",
        callbackUrl: callbackUrl("s", secret),
      }),
    query: (requestId) => client().query(requestId),
    async checkKeys() {
      await client().checkKeys();
      return "Daraja accepts the consumer key and secret.";
    },
    refund: null, // money goes back by asynchronous calls
    list: { page: (span) => listPage(client(), span) },
    register: (order) =>
      registerAddresses(client(), { confirmation: callbackUrl("c"), validation: callbackUrl("v") }, order),
    asyncCalls: darajaAsyncCalls(client, keys),
  };
}
