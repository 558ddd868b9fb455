/** Authentication, permission and rate limit of every declared route. */
import { isForwarded, isLocalHost } from "@karibu/protocol/link/forwarded-request";
import type { World } from "@karibu/protocol/world";
import type { Request, Response } from "express";
import { type Actor, demandOwnLogIn } from "./actor.ts";
import type { Permission } from "./permissions.ts";
import { type Problem, providerInArrears, providerSuspended, refusal } from "./problem.ts";
import { type Allowance, createRateLimit, type RateLimit } from "./rate-limit.ts";
import type { Route, SupportKeptOut } from "./route.ts";
import { factorDemand, refuseWithoutFactor } from "./second-factor-demand.ts";
import { type Asks, createTurns, defaultTurns, type InTurn } from "./turns.ts";

/**
 * What of a provider's routes that change something are shut to this caller: `all` where the provider is suspended or the caller may only look,
 * `arrears` where it owes the platform: then those that say `inArrears` are open.
 */
export type ReadOnly = false | "arrears" | "all";

/** The user of a bearer token, or null. `former`: on a route that says `byFormerToken`. `subdomain`: their provider's. */
export type Authenticate = (
  token: string,
  former?: "former",
) => Promise<{ actor: Actor; readOnly: ReadOnly; subdomain: string | null } | null>;

/** Of a provider, for its people. */
export function readOnlyOf(provider: {
  readonly state: "active" | "suspended" | "deleted";
  readonly arrearsAtMs: number | null;
}): ReadOnly {
  if (provider.state !== "active") return "all";
  return provider.arrearsAtMs === null ? false : "arrears";
}

/** Requests a minute, of one token and of all tokens of a provider together. A person's log-ins count as one. */
export interface RequestLimits {
  readonly perToken: number;
  readonly perProvider: number;
}

export const defaultRequestLimits: RequestLimits = { perToken: 1200, perProvider: 6000 };

export interface Door {
  readonly world: World;
  readonly authenticate: Authenticate;
  /** How browsers reach this hub: `<subdomain>.<its host>` is a provider's. */
  readonly publicUrl: string;
  /** A module says what providers owe the platform. */
  readonly areArrearsKept: boolean;
  readonly perToken: RateLimit;
  readonly perProvider: RateLimit;
  readonly turns: (asks: Asks) => InTurn;
}

export function createDoor(
  world: World,
  authenticate: Authenticate,
  {
    limits,
    publicUrl,
    areArrearsKept,
  }: Pick<Door, "publicUrl" | "areArrearsKept"> & { readonly limits: RequestLimits },
): Door {
  const perMinute = (tries: number) => createRateLimit(world.clock, { tries, perSeconds: 60 });
  const [perToken, perProvider] = [perMinute(limits.perToken), perMinute(limits.perProvider)];
  return { world, authenticate, publicUrl, areArrearsKept, perToken, perProvider, turns: createTurns(defaultTurns) };
}

/**
 * 401: the caller is unknown. 403: they may not, may only read, or must prove their second factor. 429: too many requests.
 * @param again the same request is judged once more, and counts as one
 */
export async function admit(
  door: Door,
  route: Route,
  request: Request,
  response: Response,
  again?: "again",
): Promise<Actor | null> {
  if (route.permission === "public") return null;
  if (route.permission === "customer") throw new TypeError(`${route.path} is for customers: admit-customer.ts`);
  if (route.alsoFromLoopback && request.headers.authorization === undefined && isFromHere(request)) return null;
  const token = bearerOf(request);
  const former = route.byFormerToken === true ? "former" : undefined;
  const known = token === undefined ? null : await door.authenticate(token, former);
  if (known === null) throw refusal("not-signed-in");
  const { actor } = known;
  if (again === undefined) takeOne(door, actor, response);
  refuseOtherTenant(actor, request);
  const asked = subdomainOf(request.hostname, door.publicUrl);
  if (asked !== null && asked !== known.subdomain) throw refusal("other-provider", { field: "Host" });
  refuseUnproved(door, route, actor);
  if (route.permission === "person") {
    demandOwnLogIn(actor);
    return actor;
  }
  if (route.permission !== "signed-in" && !actor.may(route.permission))
    throw refusal("not-allowed", { rule: "permission-missing", value: route.permission });
  const isShut = known.readOnly === "all" || (known.readOnly === "arrears" && route.inArrears !== true);
  if (isShut && route.method !== "GET" && route.permission !== "signed-in") {
    if (known.readOnly === "arrears") throw providerInArrears(door.areArrearsKept);
    if (actor.credential.kind === "impersonation") throw refusal("look-only");
    throw providerSuspended();
  }
  return actor;
}

/** While a long answer goes out: the token still stands, and its person still has the permission. */
export async function isStillLet(door: Door, { permission }: Route, request: Request): Promise<boolean> {
  const token = bearerOf(request);
  const known = token === undefined ? null : await door.authenticate(token);
  return (
    known !== null &&
    (permission === "signed-in" || permission === "person" || known.actor.may(permission as Permission))
  );
}

const bearerOf = (request: Request): string | undefined =>
  /^Bearer ([\x21-\x7e]{1,500})$/i.exec(request.headers.authorization ?? "")?.[1];

/** The label before the hub's host name; null: there is none, or the hub was reached by another name. */
export function subdomainOf(host: string | undefined, publicUrl: string): string | null {
  const own = `.${new URL(publicUrl).hostname}`;
  const asked = (host ?? "").toLowerCase();
  return asked.endsWith(own) && asked.length > own.length ? asked.slice(0, -own.length) : null;
}

/**
 * A program has no second factor: making its token wanted one. Support access has its person's: what wants a fresh code wants it of them too, and they give it
 * by beginning a new one; a support access that was left open, or its token, or one of a person without a second factor, reaches no keys and no money.
 */
function refuseUnproved({ world }: Door, route: Route, { credential }: Actor): void {
  if (credential.kind === "impersonation" && route.notForSupport !== undefined)
    throw notForSupport(route.notForSupport);
  if (credential.kind === "impersonation" && route.freshFactor === true) {
    const demand = factorDemand(credential.factor, true, world.clock.wall().atMs);
    if (demand === "set-up") throw refusal("support-factor-missing");
    if (demand === "code") throw refusal("support-factor-old");
  }
  if (credential.kind !== "login" || route.beforeFactor) return;
  refuseWithoutFactor(factorDemand(credential.factor, route.freshFactor === true, world.clock.wall().atMs));
}

const notForSupport = (why: SupportKeptOut): Problem =>
  why === "sends-on" ? refusal("not-for-support") : refusal("not-for-support", { rule: why });

/** Who logs in again has no more: a person who may do little would use up what all others of the provider share, and nobody could switch them off. */
export const countedAs = ({ userId, credential }: Actor): string =>
  credential.kind === "login" ? `person/${userId}` : credential.id;

function takeOne(door: Door, actor: Actor, response: Response): void {
  const token = door.perToken.take(countedAs(actor));
  const provider = ofProvider(door, actor);
  const tightest: Allowance = token.remaining <= provider.remaining ? token : provider;
  response.setHeader("RateLimit-Limit", String(tightest.limit));
  response.setHeader("RateLimit-Remaining", String(tightest.remaining));
  response.setHeader("RateLimit-Reset", String(tightest.resetSeconds));
}

/** After the token's: one token over its limit must not use up what all the others share. A refusal here takes nothing from the token. */
function ofProvider(door: Door, actor: Actor): Allowance {
  try {
    return door.perProvider.take(actor.providerId);
  } catch (error) {
    door.perToken.giveBack(countedAs(actor));
    throw error;
  }
}

/** The token names the tenant. A header may repeat it (a proxy that knows sub-domains sends one), but never change it. */
function refuseOtherTenant(actor: Actor, request: Request): void {
  const named = request.get("Karibu-Provider");
  if (named === undefined || named === actor.providerId) return;
  throw refusal("other-provider", { field: "Karibu-Provider" });
}

/**
 * Somebody on this machine asks, and no proxy on it hands on what a stranger asks. The socket says it, not what Express reads behind a proxy. nginx in
 * its plainest form names neither itself nor who asked, and writes this machine as the host; it tells itself by HTTP/1.0, which nobody else speaks.
 */
function isFromHere({ socket, headers, httpVersion }: Request): boolean {
  const isLoopback = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? "");
  return isLoopback && httpVersion !== "1.0" && !isForwarded(headers) && isLocalHost(headers.host);
}
