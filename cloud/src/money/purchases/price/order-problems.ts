/** Why an order is refused, for the API: the field that it is about. */
import { type Problem, refusal } from "../../../ground/http/problem.ts";

const fields = {
  "bad-phone": "phone",
  "phone-needed": "phone",
  "unknown-plan": "planId",
  "not-selling": undefined,
  "customer-suspended": "phone",
  "no-float": "pay",
  "no-credit": "phone",
  "credit-not-allowed": "pay",
  "bad-code": "code",
  "code-used-up": "code",
  "too-many-tries": "code",
  "price-changed": "expectsCents",
  "prompt-already-open": "phone",
} as const;

export function orderProblem(reason: keyof typeof fields | "no-channel"): Problem {
  if (reason === "no-channel") return refusal(reason, { status: 422, rule: "price-not-asked" });
  const field = fields[reason];
  return refusal(reason, field === undefined ? {} : { field });
}
