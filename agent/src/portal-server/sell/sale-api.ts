/** A sale by API: `POST /api/sales {saleId, seller, pin, planKey, expectsCents?}` -> 201 Sold | 4xx problem. Every sale gives the PIN. */
import { centsSchema, complaint, inPlainWords } from "@karibu/protocol/schema";
import * as z from "zod/mini";
import type { SaleOutcome, SaleRequest } from "../../cash/cash-sales.ts";
import type { SaleRefusal } from "../../cash/sell-policy.ts";
import type { HttpResponse } from "../../ground/http.ts";
import { type ProblemExtra, problemResponse } from "../http/problems.ts";
import { jsonResponse } from "../http/responses.ts";

const saleSchema = z.object({
  saleId: z.string().check(z.regex(/^[0-9a-f]{32}$/, "must be 32 hex digits")),
  seller: z.string().check(z.minLength(1), z.maxLength(100)),
  pin: z.string().check(z.minLength(1), z.maxLength(12)),
  planKey: z.string().check(z.minLength(1), z.maxLength(200)),
  /** The price that the seller asks the customer for, minor units: another price refuses the sale. */
  expectsCents: z.optional(centsSchema),
  phone: z.optional(z.string().check(z.maxLength(30))),
});

export async function answerSale(
  body: unknown,
  sell: (request: SaleRequest) => Promise<SaleOutcome>,
): Promise<HttpResponse> {
  const parsed = saleSchema.safeParse(body, inPlainWords);
  if (!parsed.success) {
    const { field, message } = complaint(parsed.error);
    return problemResponse("bad-request", { field: field || "body", detail: message });
  }
  const outcome = await sell(parsed.data);
  if (outcome.kind === "sold") return { ...jsonResponse(outcome), status: 201 };
  const { reason, retryAfterSeconds } = outcome;
  const extra: ProblemExtra = {
    status: saleStatuses[reason],
    detail: reason,
    ...fieldOf(reason),
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  };
  return problemResponse(problemCodeOf[reason], extra);
}

export const saleStatuses: Readonly<Record<SaleRefusal, number>> = {
  "wrong-pin": 403,
  locked: 429,
  "slow-down": 429,
  "unknown-plan": 422,
  "price-changed": 409,
  "other-currency": 422,
  "float-used-up": 409,
  "day-limit": 409,
  "bad-phone": 422,
  "bad-request": 400,
  "not-written": 503,
};

const problemCodeOf = {
  "wrong-pin": "wrong-password",
  locked: "guessing",
  "slow-down": "slow-down",
  "unknown-plan": "unknown-plan",
  "price-changed": "price-changed",
  "other-currency": "not-offered",
  "float-used-up": "not-offered",
  "day-limit": "not-offered",
  "bad-phone": "bad-phone",
  "bad-request": "bad-request",
  "not-written": "fault",
} as const;

function fieldOf(reason: SaleRefusal): { field?: string } {
  if (reason === "wrong-pin" || reason === "locked") return { field: "pin" };
  if (reason === "bad-phone") return { field: "phone" };
  if (["unknown-plan", "other-currency", "float-used-up", "day-limit"].includes(reason)) return { field: "planKey" };
  if (reason === "price-changed") return { field: "expectsCents" };
  return reason === "bad-request" ? { field: "saleId" } : {};
}
