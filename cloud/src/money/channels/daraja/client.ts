/**
 * Calls to Daraja for one app (a pair of consumer key and secret). The client reports raw answers; `read-evidence.ts` reads
 * them. A token is fetched once for all who wait for it, and renewed before it ends. A new token invalidates the old one, so a
 * refused token is first compared with the cached one: another caller may have renewed it.
 */
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import type { HttpAnswer, HttpCall } from "../../../ground/http-client/http-call.ts";
import { type FreshToken, privateTokens, type TokenStore } from "../../channel-tokens/shared-token.ts";
import type { AsyncCall } from "../channel-contract.ts";
import { classifyError } from "./codes.ts";
import { eastAfricaStamp, eastAfricaText } from "./east-africa-time.ts";
import { readAnswer, readToken } from "./messages.ts";

export interface DarajaKeys {
  /** A paybill's number, or a till's. */
  readonly shortcode: string;
  /** The store number of a till, which signs for it. Null: a paybill. */
  readonly storeNumber?: string | null;
  readonly passkey: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

export interface PromptRequest {
  /** Whole shillings. */
  readonly amount: number;
  /** An MSISDN. */
  readonly phone: string;
  /** At most 12 letters and digits; printed in the payer's message. */
  readonly reference: string;
  /** At most 13 characters. */
  readonly description: string;
  readonly callbackUrl: string;
}

export interface DarajaClient {
  /** Prompts the phone, at most once: a lost answer (status 0) is never repeated, for the prompt may be on the phone. */
  prompt(prompt: PromptRequest): Promise<HttpAnswer>;
  query(requestId: string): Promise<HttpAnswer>;
  /** Sets where M-Pesa posts money that no prompt asked for. In production it can be set once. */
  registerUrls(urls: {
    confirmation: string;
    validation: string;
    responseType: string;
    version: string;
  }): Promise<HttpAnswer>;
  registerPull(order: { phone: string; callbackUrl: string }): Promise<HttpAnswer>;
  /** Lists what came in between two moments, from this row on. */
  pull(span: { fromMs: number; toMs: number; offset: number }): Promise<HttpAnswer>;
  /** Makes a call whose result is posted later. */
  callAsync(call: SignedCall): Promise<HttpAnswer>;
  /** Gets a token. Throws Fault "daraja/keys" (an operator must act) or "daraja/away". */
  checkKeys(): Promise<void>;
}

/** A call, and the initiator who signs it. */
export interface SignedCall extends AsyncCall {
  readonly initiatorName: string;
  readonly securityCredential: string;
}

const renewBeforeMs = 120_000;
const tokenTimeoutMs = 10_000;
const callTimeoutMs = 25_000;
const queryTimeoutMs = 15_000;
const listPaths = "/pulltransactions/v1/";
const listsRestMs = 3_600_000;

export const darajaHosts = {
  sandbox: "https://sandbox.safaricom.co.ke",
  production: "https://api.safaricom.co.ke",
} as const;

export function createDarajaClient(
  world: World,
  http: HttpCall,
  baseUrl: string,
  keys: DarajaKeys,
  tokens: TokenStore = privateTokens(world),
): DarajaClient {
  const signer = keys.storeNumber ?? keys.shortcode;

  async function fetchToken(): Promise<FreshToken> {
    const basic = Buffer.from(`${keys.consumerKey}:${keys.consumerSecret}`).toString("base64");
    const url = `${baseUrl}/oauth/v1/generate?grant_type=client_credentials`;
    let answer: HttpAnswer;
    try {
      answer = await http({
        method: "GET",
        url,
        headers: { authorization: `Basic ${basic}` },
        timeoutMs: tokenTimeoutMs,
      });
    } catch (error) {
      throw away("no answer to the request for a token", error);
    }
    const read = readAnswer(answer.status, answer.body);
    const issued = read.kind === "answer" ? readToken(read.fields) : null;
    if (issued === null) {
      const { code, text } = read.kind === "error" ? read : { code: "", text: "no token in the answer" };
      const verdict = classifyError("token", answer.status, code, text);
      if (verdict.kind === "merchant-problem" || verdict.kind === "token") {
        throw new Fault("daraja/keys", `Daraja gives no token: HTTP ${answer.status} ${code}`.trim(), {
          retry: "never",
          hint: verdict.kind === "token" ? "Check the consumer key and secret." : verdict.hint,
        });
      }
      throw away(`HTTP ${answer.status} to the request for a token`);
    }
    const lifeMs = issued.lifeSeconds * 1000;
    return { token: issued.token, lifeMs: Math.max(lifeMs / 2, lifeMs - renewBeforeMs) };
  }

  async function post(path: string, body: object, timeoutMs: number): Promise<HttpAnswer> {
    const isList = path.startsWith(listPaths);
    let refused: string | null = null;
    for (;;) {
      const value = await tokens.get(refused, fetchToken);
      const answer = await http({
        method: "POST",
        url: baseUrl + path,
        headers: { authorization: `Bearer ${value}`, "content-type": "application/json" },
        body: JSON.stringify(body),
        timeoutMs,
      }).catch((): HttpAnswer => ({ status: 0, body: "" }));
      // A refused token means that the request was not carried out. In this case alone it is sent again.
      if (!refusesToken(answer)) return answer;
      // An app without the product for lists refuses a good token too, and a new one would end the old one in the hands of who prompts a phone.
      const nowMs = world.clock.monotonicMs();
      if (isList && refused !== null) tokens.shut.set(listPaths, nowMs + listsRestMs);
      if (refused !== null || (isList && nowMs < (tokens.shut.get(listPaths) ?? 0))) return answer;
      refused = value;
    }
  }

  return {
    prompt({ amount, phone, reference, description, callbackUrl }) {
      return post(
        "/mpesa/stkpush/v1/processrequest",
        {
          ...credentials(world, signer, keys.passkey),
          TransactionType: keys.storeNumber == null ? "CustomerPayBillOnline" : "CustomerBuyGoodsOnline",
          Amount: amount,
          PartyA: phone,
          PartyB: keys.shortcode,
          PhoneNumber: phone,
          CallBackURL: callbackUrl,
          AccountReference: reference,
          TransactionDesc: description,
        },
        callTimeoutMs,
      );
    },
    query: (requestId) =>
      post(
        "/mpesa/stkpushquery/v1/query",
        { ...credentials(world, signer, keys.passkey), CheckoutRequestID: requestId },
        queryTimeoutMs,
      ),
    registerUrls: ({ confirmation, validation, responseType, version }) =>
      post(
        `/mpesa/c2b/${version}/registerurl`,
        { ShortCode: signer, ResponseType: responseType, ConfirmationURL: confirmation, ValidationURL: validation },
        queryTimeoutMs,
      ),
    registerPull: ({ phone, callbackUrl }) =>
      post(
        `${listPaths}register`,
        { ShortCode: signer, RequestType: "Pull", NominatedNumber: phone, CallBackURL: callbackUrl },
        queryTimeoutMs,
      ),
    pull: ({ fromMs, toMs, offset }) =>
      post(
        `${listPaths}query`,
        {
          ShortCode: signer,
          StartDate: eastAfricaText(fromMs),
          EndDate: eastAfricaText(toMs),
          OffSetValue: String(offset),
        },
        callTimeoutMs,
      ),
    callAsync: (call) => post(asyncPaths[call.kind], asyncBody(call, signer), callTimeoutMs),
    checkKeys: async () => {
      // A cached token proves older keys: fetch a new one, which is not kept.
      await privateTokens(world).get(null, fetchToken);
    },
  };
}

function refusesToken({ status, body }: HttpAnswer): boolean {
  if (status === 0) return false;
  const read = readAnswer(status, body);
  return read.kind === "error" && classifyError("query", status, read.code, read.text).kind === "token";
}

const asyncPaths = {
  status: "/mpesa/transactionstatus/v1/query",
  reversal: "/mpesa/reversal/v1/request",
  payout: "/mpesa/b2c/v3/paymentrequest",
  "payout-status": "/mpesa/transactionstatus/v1/query",
  balance: "/mpesa/accountbalance/v1/query",
} as const;

/** The misspellings are Daraja's own. */
function asyncBody(call: SignedCall, shortcode: string): object {
  const { initiatorName, securityCredential: SecurityCredential, remarks: Remarks } = call;
  const urls = { QueueTimeOutURL: call.timeoutUrl, ResultURL: call.resultUrl };
  switch (call.kind) {
    case "status":
    case "payout-status":
      return {
        Initiator: initiatorName,
        SecurityCredential,
        CommandID: "TransactionStatusQuery",
        // Money that we sent has no receipt that we know: it is asked about by the name that we gave it.
        ...(call.kind === "status" ? { TransactionID: call.receipt } : { OriginalConversationID: call.originalCallId }),
        PartyA: shortcode,
        IdentifierType: "4",
        Remarks,
        Occasion: "",
        ...urls,
      };
    case "reversal":
      return {
        Initiator: initiatorName,
        SecurityCredential,
        CommandID: "TransactionReversal",
        TransactionID: call.receipt,
        Amount: (call.amountCents ?? 0) / 100,
        ReceiverParty: shortcode,
        RecieverIdentifierType: "11",
        Remarks,
        Occasion: "",
        ...urls,
      };
    case "payout":
      return {
        OriginatorConversationID: call.callId,
        InitiatorName: initiatorName,
        SecurityCredential,
        CommandID: "BusinessPayment",
        Amount: (call.amountCents ?? 0) / 100,
        PartyA: shortcode,
        PartyB: call.phone,
        Remarks,
        Occassion: "",
        ...urls,
      };
    case "balance":
      return {
        Initiator: initiatorName,
        SecurityCredential,
        CommandID: "AccountBalance",
        PartyA: shortcode,
        IdentifierType: "4",
        Remarks,
        ...urls,
      };
  }
}

function credentials(world: World, shortcode: string, passkey: string) {
  const Timestamp = eastAfricaStamp(world.clock.wall().atMs);
  const Password = Buffer.from(shortcode + passkey + Timestamp).toString("base64");
  return { BusinessShortCode: shortcode, Password, Timestamp };
}

function away(message: string, cause?: unknown): Fault {
  return new Fault("daraja/away", message, { retry: "later" }, cause);
}
