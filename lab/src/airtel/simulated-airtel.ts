/**
 * The simulated Airtel Money without HTTP: tokens that last three minutes, payments by the merchant's own id, enquiries that state no
 * amount, and notices to the one address of the app. What it answers is what Airtel's Open API documents.
 */
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { HttpRequest } from "../http/http-request.ts";

export type AirtelStatus = "TIP" | "TA" | "TS" | "TF" | "TE";

export interface AirtelPayment {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly country: string;
  /** Without the calling code. */
  readonly msisdn: string;
  status: AirtelStatus;
  receipt: string;
  code: string;
}

export interface SimulatedAirtel {
  request(request: HttpRequest): Promise<{ status: number; body: string }>;
  payments(): readonly AirtelPayment[];
  /** The customer pays, or the payment ends without money; `code` says why. @returns the body of the notice, for TS and TF */
  decide(id: string, status: AirtelStatus, code?: string): string;
  /** The next request for a payment is carried out, and its answer is lost. */
  loseNextAnswer(): void;
  /** The next request for a payment is refused with this code, and nothing is kept of it. */
  refuseNext(code: string): void;
}

export const airtelKeys = { country: "KE", clientId: "lab-airtel-id", clientSecret: "lab-airtel-secret" };
const tokenSeconds = 180;
const codeOf = (digits: string) => `DP00800001${digits}`;

export function createSimulatedAirtel(world: World): SimulatedAirtel {
  const tokens = new Map<string, number>();
  const payments = new Map<string, AirtelPayment>();
  let count = 0;
  let losesNext = false;
  let refusesNext: string | null = null;
  const answer = (fields: object, status = 200) => ({ status, body: JSON.stringify(fields) });
  const refusal = (code: string, more: object = {}) =>
    answer({
      ...more,
      status: { code: "200", success: false, result_code: code, response_code: code, message: "refused" },
    });
  const accepted = (data: object, code = codeOf("006")) =>
    answer({ data, status: { code: "200", success: true, result_code: "ESB000010", response_code: code } });

  function issueToken(fields: Record<string, unknown>) {
    const isOurs = fields.client_id === airtelKeys.clientId && fields.client_secret === airtelKeys.clientSecret;
    if (!isOurs || fields.grant_type !== "client_credentials") return answer({ error: "invalid_client" }, 401);
    const token = newId(world);
    tokens.set(token, world.clock.monotonicMs() + tokenSeconds * 1000);
    return answer({ access_token: token, expires_in: String(tokenSeconds), token_type: "bearer" });
  }

  function pay(fields: Record<string, unknown>, headers: HttpRequest["headers"]) {
    const subscriber = (fields.subscriber ?? {}) as Record<string, unknown>;
    const { id, amount, currency, country } = (fields.transaction ?? {}) as Record<string, unknown>;
    if (headers["x-country"] !== country || headers["x-currency"] !== currency) return refusal("ESB000039");
    if (!/^[A-Za-z0-9]{4,64}$/.test(String(id))) return refusal("ESB000034");
    if (!/^\d{9}$/.test(String(subscriber.msisdn))) return refusal("ESB000033");
    if (!Number.isSafeInteger(amount) || Number(amount) <= 0) return refusal(codeOf("004"));
    if (refusesNext !== null) {
      const code = refusesNext;
      refusesNext = null;
      return refusal(code);
    }
    if (payments.has(String(id))) return refusal("ESB000041");
    payments.set(String(id), {
      id: String(id),
      amount: Number(amount),
      currency: String(currency),
      country: String(country),
      msisdn: String(subscriber.msisdn),
      status: "TIP",
      receipt: "",
      code: codeOf("006"),
    });
    if (losesNext) {
      losesNext = false;
      throw new Error("the answer was lost");
    }
    return accepted({ transaction: { id, status: "SUCCESS" } });
  }

  function enquire(id: string) {
    const payment = payments.get(id);
    if (payment === undefined) return refusal("ESB000045");
    const { status, receipt, code } = payment;
    const transaction = { id, status, message: "", ...(status === "TS" ? { airtel_money_id: receipt } : {}) };
    return status === "TF" ? refusal(code, { data: { transaction } }) : accepted({ transaction }, code);
  }

  return {
    async request({ method, url, headers, body = "{}" }) {
      const { pathname } = new URL(url);
      const fields = method === "POST" ? readJsonObject(body) : {};
      if (fields === null) return answer({ error: "invalid_json" }, 400);
      if (pathname === "/auth/oauth2/token") return issueToken(fields);
      const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
      if ((tokens.get(bearer) ?? 0) <= world.clock.monotonicMs()) return answer({ error: "invalid_token" }, 401);
      if (method === "POST" && pathname === "/merchant/v1/payments/") return pay(fields, headers);
      const asked = /^\/standard\/v1\/payments\/([^/]+)$/.exec(pathname)?.[1];
      return asked === undefined ? answer({}, 404) : enquire(decodeURIComponent(asked));
    },
    payments: () => [...payments.values()],
    decide(id, status, code) {
      const payment = payments.get(id);
      if (payment === undefined) throw new Error(`no payment ${id}`);
      payment.status = status;
      payment.code = code ?? codeOf(status === "TS" ? "001" : "006");
      if (status === "TS") payment.receipt = `MP261121.1418.A${String(++count).padStart(5, "0")}`;
      const transaction = { id, message: "", status_code: status, airtel_money_id: payment.receipt };
      return JSON.stringify({ transaction });
    },
    loseNextAnswer() {
      losesNext = true;
    },
    refuseNext(code) {
      refusesNext = code;
    },
  };
}
