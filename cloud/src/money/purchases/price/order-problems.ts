/** Why an order is refused, for the API. */
import { Problem } from "../../../ground/http/problem.ts";

const refusals = {
  "bad-phone": { status: 400, field: "phone", detail: "phone: this is not a mobile number that the channel asks." },
  "phone-needed": { status: 400, field: "phone", detail: "phone: only a sale for cash goes without a number." },
  "unknown-plan": { status: 404, field: "planId", detail: "There is no such plan on sale." },
  "no-channel": {
    status: 422,
    field: undefined,
    detail: "No payment channel that sells now can take this plan's price.",
  },
  "not-selling": { status: 403, field: undefined, detail: "This provider is suspended: nothing can be sold." },
  "customer-suspended": {
    status: 409,
    field: "phone",
    detail: "phone: this customer is suspended: switch them on first.",
  },
  "no-float": { status: 409, field: "pay", detail: "pay: the seller's float does not cover the price: top it up." },
  "no-credit": { status: 409, field: "phone", detail: "The customer's credit does not cover the price." },
  "credit-not-allowed": {
    status: 403,
    field: "pay",
    detail: "pay: credit is the customer's: only who has the permission payments.manage sells out of it.",
  },
  "bad-code": {
    status: 400,
    field: "code",
    detail: "code: there is no such code, or it does not hold for this sale.",
  },
  "code-used-up": { status: 409, field: "code", detail: "code: it was used as often as it may be." },
  "too-many-tries": { status: 429, field: "code", detail: "code: too many wrong codes: wait some minutes." },
  "price-changed": { status: 409, field: "expectsCents", detail: "expectsCents: it costs more by now." },
  "prompt-already-open": { status: 409, field: "phone", detail: "This phone has a prompt open: wait a minute." },
} as const;

export function orderProblem(reason: keyof typeof refusals): Problem {
  const { status, field, detail } = refusals[reason];
  return new Problem(status, reason, detail, field === undefined ? {} : { field });
}
