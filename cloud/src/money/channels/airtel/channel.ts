/**
 * Airtel Money: a prompt on the phone, a notice without an amount, and an enquiry by our own name of the payment. Requests are not
 * signed (v1 of the payments API), so the switch "message signing" must be off at Airtel's portal. Left out until a live account has proved them:
 * the list of payments (its pages and time zone), refunds (their answer), and the hash of notices (over which bytes it is made).
 * Source: Airtel's Open API, "Collection" and "Authorization".
 */

import { Fault } from "@karibu/protocol/fault";
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { cutText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import { authorizedCall } from "../../channel-tokens/authorized-call.ts";
import { type FreshToken, privateTokens } from "../../channel-tokens/shared-token.ts";
import type { ChannelDefinition, OpenContext, PaymentChannel } from "../channel-contract.ts";
import { secretText } from "../key-fields.ts";
import { readAirtelNotice, readAirtelPayment, readAirtelStart } from "./messages.ts";

/** Each country has a portal and hosts of its own, and moves its own currency. */
const countries = {
  KE: { currency: "KES", domain: "airtelkenya.com" },
  UG: { currency: "UGX", domain: "airtel.ug" },
  TZ: { currency: "TZS", domain: "airtel.co.tz" },
  RW: { currency: "RWF", domain: "airtel.co.rw" },
} as const;
type Country = keyof typeof countries;
const countryCodes = Object.keys(countries) as [Country, ...Country[]];

const hostsOf = (country: Country) =>
  ({
    sandbox: `https://openapiuat.${countries[country].domain}`,
    production: `https://openapi.${countries[country].domain}`,
  }) as const;
/** Where the country is not known yet; a simulator's address takes its place. */
const baseUrls = hostsOf("KE");

const timeoutMs = 20_000;
const renewBeforeMs = 30_000;
const wholeUnit = 100;

export const airtel: ChannelDefinition = {
  name: "airtel",
  facts: {
    currency: null,
    amountCentsStep: wholeUnit,
    amountCentsMax: 1_000_000_000,
    rail: "airtel",
    way: "mobile-money",
    wallet: "Airtel Money",
    pays: "phone",
    paidFrom: null,
    querySpacingMs: 1000,
    querySource: "order-status",
  },
  kinds: [
    {
      kind: "airtel-money",
      fields: [
        {
          name: "country",
          label: "channelCountry",
          hint: "airtelCountryHint",
          schema: z.string().trim().toUpperCase().pipe(z.enum(countryCodes)),
          use: "identity",
          // Each country's log-in has a host of its own.
          shownBy: "check",
          input: "text",
        },
        {
          name: "clientId",
          label: "clientId",
          schema: secretText,
          use: "selling",
          shownBy: "check",
          input: "text",
        },
        {
          name: "clientSecret",
          label: "clientSecret",
          schema: secretText,
          use: "selling",
          shownBy: "check",
          input: "password",
        },
      ],
      title: ({ country }) => `Airtel Money ${country}`,
      currencyOf: ({ country }) => countries[country as Country]?.currency ?? null,
    },
  ],
  baseUrls,
  appKey: "clientId",
  open: openAirtel,
  nameRequest: ({ reference }) => reference,
  readers: {
    readStart: readAirtelStart,
    readQuery: readAirtelPayment,
    readCallback: null,
    readInflow: null,
    retryAfterMs: () => null,
  },
  callbacks: { prompt: null, confirmation: null, validation: null, notice: readAirtelNotice },
  results: null,
  initiator: null,
  statementReader: null,
  publicUrlProblem: () => null,
};

function openAirtel({ world, http, row, baseUrl, keys, tokens }: OpenContext): PaymentChannel {
  const place = () => {
    const { country: entered, clientId = "" } = keys();
    const country = countryCodes.find((each) => each === entered);
    if (country === undefined)
      throw new Fault("airtel/keys", "this channel has no country", { retry: "never", hint: "Add the channel again." });
    const base = baseUrl === baseUrls[row.environment] ? hostsOf(country)[row.environment] : baseUrl;
    return { country, base, clientId, currency: countries[country].currency };
  };

  async function fetchToken(): Promise<FreshToken> {
    const { base, clientId } = place();
    const body = { client_id: clientId, client_secret: keys().clientSecret, grant_type: "client_credentials" };
    const answer = await http({
      method: "POST",
      url: `${base}/auth/oauth2/token`,
      headers: { accept: "*/*", "content-type": "application/json" },
      body: JSON.stringify(body),
      timeoutMs,
    }).catch((error: unknown) => {
      throw new Fault("airtel/away", "no answer to the request for a token", { retry: "later" }, error);
    });
    const { access_token: token, expires_in: life } = readJsonObject(answer.body) ?? {};
    const lifeMs = Number(life) * 1000;
    if (typeof token === "string" && token !== "" && lifeMs > 0)
      return { token, lifeMs: Math.max(lifeMs / 2, lifeMs - renewBeforeMs) };
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) {
      throw new Fault("airtel/away", `HTTP ${answer.status} to the request for a token`, { retry: "later" });
    }
    throw new Fault("airtel/keys", `Airtel gives no token: HTTP ${answer.status}`, {
      retry: "never",
      hint: "Check the client id and secret, and that they belong to this country and environment.",
    });
  }

  async function call(method: "GET" | "POST", path: string, body?: object) {
    const { base, clientId, country, currency } = place();
    const headers = { accept: "*/*", "content-type": "application/json", "x-country": country, "x-currency": currency };
    return authorizedCall(
      http,
      { store: tokens(`${base}/${clientId}`), fetch: fetchToken },
      { method, url: base + path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }), timeoutMs },
    );
  }

  return {
    async start({ amountCents, currency, phone, reference, description }) {
      const { country, currency: moved } = place();
      if (currency !== moved) {
        throw new Fault("airtel/keys", `Airtel Money ${country} moves ${moved}, and the price is in ${currency}`, {
          retry: "never",
          hint: `Price the plans in ${moved}, or add the channel of the other country.`,
        });
      }
      const answer = await call("POST", "/merchant/v1/payments/", {
        reference: cutText(description, 60),
        // Without the calling code, which has three digits in all of these countries.
        subscriber: { country, currency, msisdn: phone.slice(3) },
        transaction: { amount: amountCents / wholeUnit, country, currency, id: reference },
      });
      // The name is ours, so a request whose answer was lost can be asked about.
      return { ...answer, requestId: reference };
    },
    query: (requestId) => call("GET", `/standard/v1/payments/${encodeURIComponent(requestId)}`),
    async checkKeys() {
      await privateTokens(world).get(null, fetchToken);
      return "Airtel accepts the client id and secret.";
    },
    refund: null,
    list: null,
    register: null,
    asyncCalls: null,
  };
}
