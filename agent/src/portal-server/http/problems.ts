/** Refusals as RFC 9457 problems. The portal shows its own sentence per `code`; `title` is for people who read the raw messages. */
import type { Problem, ProblemCode } from "@karibu/protocol/portal-api";
import type { HttpResponse } from "../../ground/http.ts";
import type { RejectReason } from "../../state/reject-reason.ts";

const known: Record<ProblemCode, { status: number; title: string }> = {
  "bad-request": { status: 400, title: "The request does not fit" },
  "bad-phone": { status: 422, title: "This is not a phone number that M-Pesa can reach" },
  "unknown-plan": { status: 422, title: "This package is not for sale here" },
  "not-offered": { status: 409, title: "Buying online is not offered here" },
  "hub-away": { status: 503, title: "Buying is closed while this site has no connection; vouchers go on" },
  "hub-slow": { status: 504, title: "The payment service has not answered yet; asking again is safe" },
  "prompt-already-open": { status: 409, title: "A payment request is already open on this phone number" },
  "no-credit": { status: 409, title: "There is not enough credit for this package" },
  "bad-code": { status: 422, title: "This discount code does not work for this package" },
  "code-used-up": { status: 409, title: "This discount code is used up" },
  "price-changed": { status: 409, title: "The price has changed; look at it again" },
  "no-receipt": { status: 422, title: "There is no receipt code in this" },
  "another-payer": { status: 409, title: "This receipt was paid from another phone" },
  "unknown-receipt": { status: 404, title: "The payment channel does not know this receipt" },
  "sale-not-here-yet": { status: 404, title: "This sale is not known at this site yet; try again in a moment" },
  "slow-down": { status: 429, title: "Too many tries; wait a little" },
  "not-found": { status: 404, title: "There is no such thing here" },
  "nothing-bought": { status: 409, title: "This device has nothing left to use" },
  "no-log-in-page": {
    status: 409,
    title: "The hotspot's log-in page is not known; open the network's sign-in page again",
  },
  "router-refused": { status: 502, title: "The router did not do it" },
  fault: { status: 500, title: "Something went wrong here" },
  "unknown-user": { status: 422, title: "This code is not known" },
  "wrong-password": { status: 422, title: "This code is not known" },
  guessing: { status: 429, title: "Too many wrong codes; wait" },
  "one-moment": { status: 429, title: "One moment: others try codes too; ask again" },
  disabled: { status: 422, title: "This code has been switched off" },
  revoked: { status: 422, title: "This code has been withdrawn" },
  suspended: { status: 422, title: "Your provider has paused this" },
  paused: { status: 422, title: "This code is paused by its owner" },
  "not-remembered": { status: 503, title: "This site must first be told what was used; try again in a few minutes" },
  expired: { status: 422, title: "This code has expired" },
  "time-used": { status: 422, title: "The time of this code is used up" },
  "data-used": { status: 422, title: "The data of this code is used up" },
  "outside-schedule": { status: 422, title: "This code is not valid at this hour" },
  "too-many-devices": { status: 422, title: "This code is in use on as many devices as it allows" },
  "moved-too-often": { status: 422, title: "This code went to another device too often today" },
  elsewhere: { status: 422, title: "This code is in use at another place" },
  "clock-unknown": { status: 503, title: "This site does not know the time yet; try again in a minute" },
};

export interface ProblemExtra {
  readonly detail?: string;
  readonly field?: string;
  readonly retryAfterSeconds?: number;
  /** Instead of the status that the code usually has. */
  readonly status?: number;
}

export function problem(code: ProblemCode, extra: ProblemExtra = {}): Problem {
  const { status, title } = known[code];
  return { type: `urn:karibu:problem:${code}`, title, status, code, ...extra };
}

/** A problem as a response. @see RFC 9457 §3 */
export function problemResponse(code: ProblemCode, extra: ProblemExtra = {}): HttpResponse {
  const body = problem(code, extra);
  return {
    status: body.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(extra.retryAfterSeconds === undefined ? {} : { "retry-after": String(extra.retryAfterSeconds) }),
    },
    body: JSON.stringify(body),
  };
}

/** Each reason of a refused log-in is a problem code with the same name; the portal knows no log-in that is tied to a device. */
export function codeOfReject(reason: RejectReason): ProblemCode {
  return reason === "other-device" ? "disabled" : reason;
}
