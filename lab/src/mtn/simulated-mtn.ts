/**
 * The simulated MTN MoMo without HTTP: tokens of an hour, requests to pay by the merchant's own uuid, their status, and one unsigned callback to
 * the address that the request named. What it answers is what MTN's MoMo API documents.
 */
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { HttpRequest } from "../http/http-request.ts";

export interface MtnRequest {
  readonly id: string;
  readonly amount: string;
  readonly currency: string;
  readonly externalId: string;
  readonly phone: string;
  readonly callbackUrl: string | null;
  status: "PENDING" | "SUCCESSFUL" | "FAILED";
  reason: string | object | null;
  financialTransactionId: string | null;
}

export interface SimulatedMtn {
  request(request: HttpRequest): Promise<{ status: number; body: string }>;
  requests(): readonly MtnRequest[];
  /** @returns the callback: where to, and its body */
  decide(
    externalId: string,
    status: MtnRequest["status"],
    reason?: MtnRequest["reason"],
  ): { readonly url: string | null; readonly body: string };
  /** The next request to pay is taken, and its answer is lost. */
  loseNextAnswer(): void;
}

export const mtnKeys = {
  country: "UG",
  apiUser: "d2ab8a0e-51c1-4f19-a9b4-3cdf8a9ad001",
  apiKey: "lab-mtn-key",
  subscriptionKey: "lab-mtn-collections",
};
const tokenSeconds = 3600;
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const plain = /^[A-Za-z0-9 ]+$/;

/** @param target `sandbox`, or the name of a country's live system; the sandbox takes EUR only */
export function createSimulatedMtn(world: World, target: string): SimulatedMtn {
  const tokens = new Map<string, number>();
  const requests = new Map<string, MtnRequest>();
  let count = 0;
  let losesNext = false;
  const answer = (fields: object | null, status = 200) => ({
    status,
    body: fields === null ? "" : JSON.stringify(fields),
  });

  function issueToken({ headers }: HttpRequest) {
    const expected = `Basic ${Buffer.from(`${mtnKeys.apiUser}:${mtnKeys.apiKey}`).toString("base64")}`;
    if (headers.authorization !== expected) return answer({ error: "login_failed" }, 401);
    const token = newId(world);
    tokens.set(token, world.clock.monotonicMs() + tokenSeconds * 1000);
    return answer({ access_token: token, token_type: "access_token", expires_in: tokenSeconds });
  }

  function requestToPay(fields: Record<string, unknown>, headers: HttpRequest["headers"]) {
    const id = headers["x-reference-id"] ?? "";
    const callbackUrl = headers["x-callback-url"];
    if (!uuid4.test(id) || callbackUrl === "") return answer({ code: "BAD_REQUEST" }, 400);
    if (requests.has(id)) return answer({ code: "RESOURCE_ALREADY_EXIST" }, 409);
    if (target === "sandbox" && fields.currency !== "EUR") return answer({ code: "INVALID_CURRENCY" }, 500);
    const { partyIdType, partyId } = (fields.payer ?? {}) as Record<string, unknown>;
    const texts = [fields.payerMessage, fields.payeeNote].every((text) => plain.test(String(text)));
    if (partyIdType !== "MSISDN" || !/^\d{10,15}$/.test(String(partyId)) || !texts)
      return answer({ code: "BAD_REQUEST" }, 400);
    if (!/^[1-9]\d*$/.test(String(fields.amount))) return answer({ code: "BAD_REQUEST" }, 400);
    requests.set(id, {
      ...{
        id,
        amount: String(fields.amount),
        currency: String(fields.currency),
        externalId: String(fields.externalId),
      },
      phone: String(partyId),
      callbackUrl: callbackUrl ?? null,
      status: "PENDING",
      reason: null,
      financialTransactionId: null,
    });
    if (losesNext) {
      losesNext = false;
      throw new Error("the answer was lost");
    }
    return answer(null, 202);
  }

  const viewOf = ({ amount, currency, externalId, phone, status, reason, financialTransactionId }: MtnRequest) => ({
    ...(financialTransactionId === null ? {} : { financialTransactionId }),
    externalId,
    amount,
    currency,
    payer: { partyIdType: "MSISDN", partyId: phone },
    status,
    ...(reason === null ? {} : { reason }),
  });

  return {
    async request(request) {
      const { method, url, headers, body = "{}" } = request;
      const { pathname } = new URL(url);
      if (headers["ocp-apim-subscription-key"] !== mtnKeys.subscriptionKey) return answer({ statusCode: 401 }, 401);
      if (pathname === "/collection/token/") return issueToken(request);
      const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
      if ((tokens.get(bearer) ?? 0) <= world.clock.monotonicMs()) return answer({ message: "Unauthorized" }, 401);
      if (headers["x-target-environment"] !== target) return answer({ code: "NOT_ALLOWED_TARGET_ENVIRONMENT" }, 500);
      const path = "/collection/v1_0/requesttopay";
      const fields = method === "POST" ? readJsonObject(body) : {};
      if (fields === null) return answer({ code: "BAD_REQUEST" }, 400);
      if (method === "POST" && pathname === path) return requestToPay(fields, headers);
      const known = requests.get(pathname.slice(path.length + 1));
      return known === undefined ? answer({ code: "RESOURCE_NOT_FOUND" }, 404) : answer(viewOf(known));
    },
    requests: () => [...requests.values()],
    decide(externalId, status, reason = null) {
      const known = [...requests.values()].find((each) => each.externalId === externalId);
      if (known === undefined) throw new Error(`no request ${externalId}`);
      Object.assign(known, { status, reason });
      if (status === "SUCCESSFUL") known.financialTransactionId = String(2_607_000_000 + ++count);
      return { url: known.callbackUrl, body: JSON.stringify(viewOf(known)) };
    },
    loseNextAnswer() {
      losesNext = true;
    },
  };
}
