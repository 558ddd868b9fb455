/**
 * Pesapal API 3: an order, a page where the customer pays, and a status query. Notices are unsigned and carry no amount: they
 * only say that it is time to ask. Errors also come with HTTP 200.
 */

import { Fault } from "@karibu/protocol/fault";
import { readJson, readJsonObject } from "@karibu/protocol/foreign-json";
import { cutText } from "@karibu/protocol/whole-text";
import type { HttpAnswer } from "../../../ground/http-client/http-call.ts";
import { authorizedCall } from "../../channel-tokens/authorized-call.ts";
import { type FreshToken, privateTokens } from "../../channel-tokens/shared-token.ts";
import type { ChannelDefinition, OpenContext, PaymentChannel } from "../channel-contract.ts";
import { type KeyField, secretText } from "../key-fields.ts";
import { returnPageUrl } from "../return-page.ts";
import {
  pesapalError,
  readConfirmationCode,
  readPesapalNotice,
  readPesapalRefund,
  readPesapalStart,
  readPesapalStatus,
} from "./messages.ts";

const secret = (name: string): KeyField => ({
  name,
  label: name,
  schema: secretText,
  use: "selling",
  shownBy: "check",
  input: "password",
});

export const pesapal: ChannelDefinition = {
  name: "pesapal",
  facts: {
    currency: null,
    amountCentsStep: 1,
    amountCentsMax: 1_000_000_000,
    rail: "pesapal",
    way: "other",
    wallet: "Pesapal",
    pays: "page",
    paidFrom: null,
    querySpacingMs: 1000,
    querySource: "order-status",
  },
  kinds: [{ kind: "pesapal", fields: [secret("consumerKey"), secret("consumerSecret")], title: () => "Pesapal" }],
  baseUrls: { sandbox: "https://cybqa.pesapal.com/pesapalv3", production: "https://pay.pesapal.com/v3" },
  openHosts: { sandbox: ["cybqa.pesapal.com"], production: ["pay.pesapal.com"] },
  appKey: "consumerKey",
  open: openPesapal,
  readers: {
    readStart: readPesapalStart,
    readQuery: (answer, _, expected) => readPesapalStatus(answer, expected),
    readCallback: null,
    readInflow: null,
    retryAfterMs: () => null,
  },
  callbacks: { prompt: null, confirmation: null, validation: null, notice: readPesapalNotice },
  results: null,
  initiator: null,
  statementReader: null,
  publicUrlProblem: () => null,
};

const timeoutMs = 20_000;
/** A token lives five minutes. */
const tokenLifeMs = 240_000;

function openPesapal({
  world,
  http,
  row,
  baseUrl,
  publicUrl,
  keys,
  tokens,
  callbackUrl,
  keepSettings,
}: OpenContext): PaymentChannel {
  const headers = { accept: "application/json", "content-type": "application/json" };

  async function fetchToken(): Promise<FreshToken> {
    const { consumerKey, consumerSecret } = keys();
    const body = JSON.stringify({ consumer_key: consumerKey, consumer_secret: consumerSecret });
    const answer = await http({
      method: "POST",
      url: `${baseUrl}/api/Auth/RequestToken`,
      headers,
      body,
      timeoutMs,
    }).catch((error: unknown) => {
      throw new Fault("pesapal/away", "no answer to the request for a token", { retry: "later" }, error);
    });
    const read = readJsonObject(answer.body);
    const token = read?.token;
    if (typeof token === "string" && token !== "") return { token, lifeMs: tokenLifeMs };
    const code = read === null ? "" : (pesapalError(read) ?? "");
    if (code === "" && answer.status >= 500) {
      throw new Fault("pesapal/away", `HTTP ${answer.status} to the request for a token`, { retry: "later" });
    }
    throw new Fault("pesapal/keys", `Pesapal gives no token: ${code || `HTTP ${answer.status}`}`, {
      retry: "never",
      hint: "Check the consumer key and secret, and that they belong to this environment.",
    });
  }

  const call = (method: "GET" | "POST", path: string, body?: object): Promise<HttpAnswer> =>
    authorizedCall(
      http,
      { store: tokens(`${baseUrl}/${keys().consumerKey}`), fetch: fetchToken },
      {
        method,
        url: baseUrl + path,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs,
      },
    );

  /** Each address is registered once, and its id kept. */
  async function noticeId(): Promise<string> {
    const noticeUrl = callbackUrl("n");
    const { noticeId: kept, noticeUrl: keptUrl } = row.settings;
    if (kept !== undefined && keptUrl === noticeUrl) return kept;
    const id = await registeredId(noticeUrl);
    await keepSettings({ noticeId: id, noticeUrl });
    return id;
  }

  /** It is looked up first, so that a kept id that was lost does not register the address again. */
  async function registeredId(noticeUrl: string): Promise<string> {
    const list = await call("GET", "/api/URLSetup/GetIpnList");
    const found = (readJson(list.body) as { url?: string; ipn_id?: string }[] | null | undefined)?.find?.(
      (each) => each.url === noticeUrl,
    );
    if (found?.ipn_id !== undefined) return found.ipn_id;
    const order = { url: noticeUrl, ipn_notification_type: "POST" };
    const made = readJsonObject((await call("POST", "/api/URLSetup/RegisterIPN", order)).body);
    if (typeof made?.ipn_id === "string") return made.ipn_id;
    throw new Fault("pesapal/notices", "Pesapal did not register the address for notices", { retry: "later" });
  }

  const askStatus = (requestId: string): Promise<HttpAnswer> =>
    call("GET", `/api/Transactions/GetTransactionStatus?orderTrackingId=${encodeURIComponent(requestId)}`);

  return {
    async start({ amountCents, currency, phone, reference, description, returnUrl }) {
      return call("POST", "/api/Transactions/SubmitOrderRequest", {
        id: reference,
        currency,
        amount: amountCents / 100,
        description: cutText(description, 100),
        callback_url: returnPageUrl(publicUrl, returnUrl),
        notification_id: await noticeId(),
        billing_address: { phone_number: phone, country_code: "KE" },
      });
    },
    query: askStatus,
    async checkKeys() {
      await privateTokens(world).get(null, fetchToken);
      return "Pesapal accepts the consumer key and secret.";
    },
    refund: {
      wholeOnly: true,
      async send({ requestId, amountCents, reason }) {
        const known = readConfirmationCode(await askStatus(requestId));
        if (known === null) return { kind: "refused", why: "Pesapal names no confirmation code of this payment" };
        const answer = await call("POST", "/api/Transactions/RefundRequest", {
          confirmation_code: known,
          amount: (amountCents / 100).toFixed(2),
          username: "Karibu",
          remarks: cutText(reason, 100),
        });
        return readPesapalRefund(answer);
      },
    },
    list: null,
    register: null,
    asyncCalls: null,
  };
}
