/**
 * Pesapal API 3: an order, a page where the customer pays, and a status that is asked for. Notices are unsigned and carry
 * no amount: they only say that it is time to ask. Errors also come with HTTP 200.
 */
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import { readJson, readJsonObject } from "../../../ground/foreign-json/read-json.ts";
import type { HttpAnswer, HttpCall } from "../../../ground/http-client/http-call.ts";
import { backUrl } from "../../callbacks/back-page.ts";
import type { PaymentChannel } from "../channel-contract.ts";
import type { ChannelKeys } from "../channel-keys.ts";
import type { FreshToken, TokenStore } from "../shared-token.ts";
import { privateTokens } from "../shared-token.ts";
import { pesapalError, readConfirmationCode, readPesapalRefund } from "./messages.ts";

const hosts = {
  sandbox: "https://cybqa.pesapal.com/pesapalv3",
  production: "https://pay.pesapal.com/v3",
} as const;

export const pesapalBaseUrl = (environment: "sandbox" | "production"): string => hosts[environment];

const timeoutMs = 20_000;
/** A token lives five minutes. */
const tokenLifeMs = 240_000;

export interface PesapalParts {
  readonly http: HttpCall;
  readonly baseUrl: string;
  readonly keys: ChannelKeys;
  readonly tokens: TokenStore;
  readonly world: World;
}

export function pesapalChannel(
  { http, baseUrl, keys, tokens, world }: PesapalParts,
  urls: { readonly publicUrl: string; readonly noticeUrl: string; readonly noticeId: string | null },
): PaymentChannel {
  const headers = { accept: "application/json", "content-type": "application/json" };

  async function fetchToken(): Promise<FreshToken> {
    const body = JSON.stringify({ consumer_key: keys.consumerKey, consumer_secret: keys.consumerSecret });
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

  async function call(method: "GET" | "POST", path: string, body?: object): Promise<HttpAnswer> {
    let refused: string | null = null;
    for (;;) {
      const token = await tokens.get(refused, fetchToken);
      const answer = await http({
        method,
        url: baseUrl + path,
        headers: { ...headers, authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs,
      }).catch((): HttpAnswer => ({ status: 0, body: "" }));
      if (refused !== null || answer.status !== 401) return answer;
      refused = token;
    }
  }

  /** Registered once per address; the id is looked up first, so that starting again does not register again. */
  async function noticeId(): Promise<string> {
    if (urls.noticeId !== null) return urls.noticeId;
    const list = await call("GET", "/api/URLSetup/GetIpnList");
    const found = (readJson(list.body) as { url?: string; ipn_id?: string }[] | null | undefined)?.find?.(
      (each) => each.url === urls.noticeUrl,
    );
    if (found?.ipn_id !== undefined) return found.ipn_id;
    const order = { url: urls.noticeUrl, ipn_notification_type: "POST" };
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
        description: description.slice(0, 100),
        callback_url: backUrl(urls.publicUrl, returnUrl),
        notification_id: await noticeId(),
        billing_address: { phone_number: phone, country_code: "KE" },
      });
    },
    ask: askStatus,
    async checkKeys() {
      await privateTokens(world).get(null, fetchToken);
      return "Pesapal accepts the consumer key and secret.";
    },
    refundsWholeOnly: true,
    async refund({ requestId, amountCents, reason }) {
      const known = readConfirmationCode(await askStatus(requestId));
      if (known === null) return { kind: "refused", why: "Pesapal names no confirmation code of this payment" };
      const answer = await call("POST", "/api/Transactions/RefundRequest", {
        confirmation_code: known,
        amount: (amountCents / 100).toFixed(2),
        username: "Karibu",
        remarks: reason.slice(0, 100),
      });
      return readPesapalRefund(answer);
    },
  };
}
