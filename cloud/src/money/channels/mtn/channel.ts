/**
 * MTN MoMo Collections: a prompt on the phone, one unsigned callback, and a status query by our own name of the request. Left out until a live
 * account has proved them: refunds (a product and key of their own) and pre-approvals. MTN lists no collections, so nothing is found by a list.
 * Source: MTN's MoMo API, "Collection" (requesttopay) and "Authorization".
 */

import { createHash } from "node:crypto";
import { Fault } from "@karibu/protocol/fault";
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { cutText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import { authorizedCall } from "../../channel-tokens/authorized-call.ts";
import { type FreshToken, privateTokens } from "../../channel-tokens/shared-token.ts";
import type { ChannelDefinition, OpenContext, PaymentChannel } from "../channel-contract.ts";
import { type KeyField, secretText } from "../key-fields.ts";
import { readMtnCallback, readMtnStart, readMtnStatus, testCurrency } from "./messages.ts";

/** MTN's name of each country's live system. */
const countries = {
  UG: { target: "mtnuganda", currency: "UGX" },
  RW: { target: "mtnrwanda", currency: "RWF" },
  ZM: { target: "mtnzambia", currency: "ZMW" },
  GH: { target: "mtnghana", currency: "GHS" },
  NG: { target: "mtnnigeria", currency: "NGN" },
  ZA: { target: "mtnsouthafrica", currency: "ZAR" },
} as const;
type Country = keyof typeof countries;
const countryCodes = Object.keys(countries) as [Country, ...Country[]];

const timeoutMs = 20_000;
const renewBeforeMs = 600_000;
const wholeUnit = 100;

const secret = (name: string, label: string): KeyField => ({
  name,
  label,
  schema: secretText,
  use: "selling",
  shownBy: "check",
  input: "password",
});

export const mtn: ChannelDefinition = {
  name: "mtn",
  facts: {
    currency: null,
    amountCentsStep: wholeUnit,
    amountCentsMax: 1_000_000_000,
    rail: "mtn",
    way: "mobile-money",
    wallet: "MTN MoMo",
    pays: "phone",
    paidFrom: null,
    // Ten status calls a second are allowed.
    querySpacingMs: 200,
    querySource: "order-status",
  },
  kinds: [
    {
      kind: "mtn-momo",
      fields: [
        {
          name: "country",
          label: "channelCountry",
          hint: "mtnCountryHint",
          schema: z.string().trim().toUpperCase().pipe(z.enum(countryCodes)),
          use: "identity",
          // The log-in names no country.
          shownBy: "request",
          input: "text",
        },
        { name: "apiUser", label: "apiUser", schema: secretText, use: "selling", shownBy: "check", input: "text" },
        secret("apiKey", "apiKey"),
        secret("subscriptionKey", "subscriptionKey"),
      ],
      title: ({ country }) => `MTN MoMo ${country}`,
      currencyOf: ({ country }) => countries[country as Country]?.currency ?? null,
    },
  ],
  baseUrls: { sandbox: "https://sandbox.momodeveloper.mtn.com", production: "https://proxy.momoapi.mtn.com" },
  appKey: "apiUser",
  open: openMtn,
  nameRequest: ({ secret }) => requestIdOf(secret),
  readers: {
    readStart: readMtnStart,
    readQuery: readMtnStatus,
    readCallback: readMtnCallback,
    readInflow: null,
    retryAfterMs: () => null,
  },
  callbacks: { prompt: "m", confirmation: null, validation: null, notice: null },
  results: null,
  initiator: null,
  statementReader: null,
  publicUrlProblem: (publicUrl, environment) =>
    environment === "production" && !publicUrl.startsWith("https://") ? "MTN calls https addresses only" : null,
};

function openMtn({ world, http, row, baseUrl, keys, tokens, callbackUrl }: OpenContext): PaymentChannel {
  const isTest = row.environment === "sandbox";
  const place = () => {
    const { country: entered, apiUser = "", subscriptionKey = "" } = keys();
    const country = countryCodes.find((each) => each === entered);
    if (country === undefined)
      throw new Fault("mtn/keys", "this channel has no country", { retry: "never", hint: "Add the channel again." });
    const { target, currency } = countries[country];
    // The test system knows one currency, whatever the country.
    return { apiUser, subscriptionKey, currency, target: isTest ? "sandbox" : target };
  };

  async function fetchToken(): Promise<FreshToken> {
    const { apiUser, subscriptionKey } = place();
    const answer = await http({
      method: "POST",
      url: `${baseUrl}/collection/token/`,
      headers: {
        authorization: `Basic ${Buffer.from(`${apiUser}:${keys().apiKey}`).toString("base64")}`,
        "ocp-apim-subscription-key": subscriptionKey,
      },
      timeoutMs,
    }).catch((error: unknown) => {
      throw new Fault("mtn/away", "no answer to the request for a token", { retry: "later" }, error);
    });
    const { access_token: token, expires_in: life } = readJsonObject(answer.body) ?? {};
    const lifeMs = Number(life) * 1000;
    if (typeof token === "string" && token !== "" && lifeMs > 0)
      return { token, lifeMs: Math.max(lifeMs / 2, lifeMs - renewBeforeMs) };
    if (answer.status >= 500 || answer.status === 429) {
      throw new Fault("mtn/away", `HTTP ${answer.status} to the request for a token`, { retry: "later" });
    }
    throw new Fault("mtn/keys", `MTN gives no token: HTTP ${answer.status}`, {
      retry: "never",
      hint: "Check the API user, the API key and the subscription key of Collections, and that MTN takes calls from this server's address.",
    });
  }

  async function call(method: "GET" | "POST", path: string, own: Readonly<Record<string, string>> = {}, body?: object) {
    const { apiUser, subscriptionKey, target } = place();
    const headers = {
      "content-type": "application/json",
      "ocp-apim-subscription-key": subscriptionKey,
      "x-target-environment": target,
      ...own,
    };
    return authorizedCall(
      http,
      { store: tokens(`${baseUrl}/${apiUser}`), fetch: fetchToken },
      {
        method,
        url: baseUrl + path,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs,
      },
    );
  }

  return {
    async start({ amountCents, currency, phone, reference, description, secret: purchaseSecret }) {
      const { currency: moved } = place();
      if (currency !== moved) {
        throw new Fault("mtn/keys", `this MTN MoMo moves ${moved}, and the price is in ${currency}`, {
          retry: "never",
          hint: `Price the plans in ${moved}, or add the channel of the other country.`,
        });
      }
      const requestId = requestIdOf(purchaseSecret);
      const text = plainText(description);
      const names = { "x-reference-id": requestId, "x-callback-url": callbackUrl("m", purchaseSecret) };
      const answer = await call("POST", "/collection/v1_0/requesttopay", names, {
        amount: String(amountCents / wholeUnit),
        currency: isTest ? testCurrency : currency,
        externalId: reference,
        payer: { partyIdType: "MSISDN", partyId: phone },
        payerMessage: text,
        payeeNote: text,
      });
      // The name is ours, so a request whose answer was lost can be asked about.
      return { ...answer, requestId };
    },
    query: (requestId) => call("GET", `/collection/v1_0/requesttopay/${encodeURIComponent(requestId)}`),
    async checkKeys() {
      await privateTokens(world).get(null, fetchToken);
      return "MTN accepts the API user, its key and the subscription key.";
    },
    refund: null,
    list: null,
    register: null,
    asyncCalls: null,
  };
}

/** One request has one name, however often it is computed: MTN refuses the second one of a name. In the form of a version 4 UUID (RFC 9562). */
function requestIdOf(purchaseSecret: string): string {
  const hex = createHash("sha256").update(`mtn/${purchaseSecret}`).digest("hex");
  const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** MTN takes letters, digits and spaces, and no empty text. */
function plainText(text: string): string {
  const plain = cutText(text.replace(/[^A-Za-z0-9]+/g, " ").trim(), 100);
  return plain === "" ? "WiFi" : plain;
}
