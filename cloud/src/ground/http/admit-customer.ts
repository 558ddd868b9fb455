/**
 * Admission of customers to their own page (`permission: "customer"`). A customer's session and a person's log-in have nothing in common: another
 * cookie, another table, another function that finds who it is.
 *
 * Attackers and what stops them. A member of staff with a token: a request with `Authorization` is refused here, whatever cookie it has. A customer
 * at the routes of staff: those read `Authorization` alone. Another site that makes a browser ask: the cookie is `SameSite=Strict`, and what changes
 * something must carry a header that no form sets, from this very origin. A sub-domain that plants a cookie: `__Host-` wants one of this host. A
 * thief with a session: it is one customer's of one provider, and the path names that provider. A tab that still shows the customer before, where
 * another one has logged in in this browser since: the page says whom it shows, and asks for nobody else.
 */
import type { Clock } from "@karibu/protocol/world";
import type { Request } from "express";
import type { CustomerCaller } from "./actor.ts";
import { isOwnOrigin } from "./own-origin.ts";
import { refusal } from "./problem.ts";
import { createRateLimit, type RateLimit } from "./rate-limit.ts";
import type { Route } from "./route.ts";

/** The customer of this token at the provider that the path names; null: none. */
export type AuthenticateCustomer = (provider: string, token: string) => Promise<CustomerCaller | null>;

export interface CustomerDoor {
  readonly authenticate: AuthenticateCustomer;
  /** How browsers reach this hub. */
  readonly publicUrl: string;
  readonly perSession: RateLimit;
}

/** Requests a minute of one session. */
const perSessionMax = 120;

export function createCustomerDoor(clock: Clock, authenticate: AuthenticateCustomer, publicUrl: string): CustomerDoor {
  return { authenticate, publicUrl, perSession: createRateLimit(clock, { tries: perSessionMax, perSeconds: 60 }) };
}

/** 401: nobody is logged in here. 403: the request does not come from this hub's own page. */
export async function admitCustomer(door: CustomerDoor, route: Route, request: Request): Promise<CustomerCaller> {
  const provider = request.params.provider;
  const token = typeof provider === "string" ? customerTokenOf(request, provider, door.publicUrl) : null;
  const isOfStaff = request.headers.authorization !== undefined;
  const customer =
    token === null || isOfStaff || typeof provider !== "string" ? null : await door.authenticate(provider, token);
  const shown = request.get("Karibu-Customer");
  if (customer === null || (shown !== undefined && shown !== customer.customerId)) throw refusal("not-signed-in");
  if (route.method !== "GET") refuseOtherPages(request, door.publicUrl);
  door.perSession.take(customer.sessionId);
  return customer;
}

/** Also of requests without a session: a log-in that another site sends would give its victim somebody else's page. Throws a Problem 403. */
export function refuseOtherPages(request: Request, publicUrl: string): void {
  const site = request.get("Sec-Fetch-Site");
  if (
    request.get("Karibu-Page") === "my" &&
    isOwnOrigin(request.get("Origin") ?? "", request.host, publicUrl) &&
    (site === undefined || site === "same-origin")
  )
    return;
  throw refusal("other-origin");
}

/** What the browser sent for this provider; null: no cookie. */
function customerTokenOf(request: Request, provider: string, publicUrl: string): string | null {
  const name = cookieName(provider, publicUrl);
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [key, value] = pair.trim().split("=");
    if (key === name && value !== undefined && /^[0-9a-z.-]{1,200}$/.test(value)) return value;
  }
  return null;
}

/** The `Set-Cookie` header. @param token null removes it */
export function customerCookie(
  provider: string,
  token: string | null,
  { publicUrl, lifeMs }: { readonly publicUrl: string; readonly lifeMs: number },
): string {
  const secure = publicUrl.startsWith("https://") ? "; Secure" : "";
  const age = token === null ? 0 : Math.floor(lifeMs / 1000);
  return `${cookieName(provider, publicUrl)}=${token ?? ""}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
}

/** One for each provider: who has a line at two of them stays logged in at both. `__Host-` wants https; a lab has none. */
const cookieName = (provider: string, publicUrl: string): string =>
  `${publicUrl.startsWith("https://") ? "__Host-" : ""}karibu_my_${/^[0-9a-z-]{1,64}$/.test(provider) ? provider : ""}`;
