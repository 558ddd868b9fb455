/**
 * Which host a request asks for, before anything else is done with it: the hub's own names, or a provider's own domain, at which there is the
 * customers' page of this provider, what is behind its payment links, and nothing else.
 *
 * Attackers and what stops them. Who sends a made-up `Host`, to have it repeated in a link, a redirect or a cache: an unknown name gets 421 and
 * nothing else, no answer repeats the header, and redirects name no host. Who points a domain of theirs here: it is unknown until they prove it.
 * A provider who wants staff's or other providers' cookies and log-ins on a page of theirs: at an own domain there is no console, no route of staff,
 * and no other provider's page or link (`ownDomainOf`). Addresses and names without a dot (`localhost`, `hub`) are the hub's: no page of an attacker has such a name.
 */
import { isIP } from "node:net";
import type { Request, RequestHandler } from "express";
import { notFound, refusal } from "./problem.ts";

/** Whose domain this is; null: nobody has proved it. */
export type DomainOwner = (host: string) => Promise<string | null>;

export interface HubNames {
  /** How browsers reach this hub. */
  readonly publicUrl: string;
  /** Further names of it, in small letters. */
  readonly otherHosts: readonly string[];
}

/** In small letters, without port and without the dot at its end. */
export function plainHost(host: string): string {
  const bare = host.startsWith("[")
    ? host.slice(1).split("]")[0]
    : host.split(":").length > 2
      ? host
      : host.split(":")[0];
  return (bare ?? "").toLowerCase().replace(/\.$/, "");
}

/** Not an address, and not a name of this machine or its network alone. */
const isDnsName = (host: string): boolean => host.includes(".") && isIP(host) === 0;

/** The hub itself: its name, one below it, a further name, or what is no name in DNS. Pure. @param host as `plainHost` writes it */
function isHubHost(host: string, { publicUrl, otherHosts }: HubNames): boolean {
  const own = plainHost(new URL(publicUrl).host);
  return !isDnsName(host) || host === own || host.endsWith(`.${own}`) || otherHosts.includes(host);
}

/** What is served at a domain of this provider: its customers' page, the page of payment links, their files, and the API that they ask. Pure. */
function isOfOwnPage(path: string, providerId: string): boolean {
  // Plain letters alone: what a server behind this one could read in another way is not passed on.
  if (!/^(\/[\w.-]*)+$/.test(path) || /(^|\/)\.{1,2}(\/|$)/.test(path) || path.includes("//")) return false;
  if (/^\/(api\/v1\/pay\/(view|prompts|prompts\/view)|pay\/?)$/.test(path)) return true;
  const [, first, second, third, fourth] = path.split("/");
  if (first === "my") return second === providerId || second === "assets" || /^[\w-]+\.\w+$/.test(second ?? "");
  return first === "api" && second === "v1" && third === "my" && fourth === providerId;
}

/** A year, as elsewhere, but without the names below it: those are not ours. */
const hstsHere = "max-age=31536000";

/** Requests that came by a provider's own domain. */
const byOwnDomain = new WeakMap<Request, string>();

/** Whose domain the request came by: what it opens must be this provider's. Null: the hub's own names. */
export const ownDomainOf = (request: Request): string | null => byOwnDomain.get(request) ?? null;

export function hostGate(names: HubNames, ownerOf: DomainOwner): RequestHandler {
  // A hub for a trial has no name in DNS: then each name is its own, unless a provider has proved it.
  const hasName = isDnsName(plainHost(new URL(names.publicUrl).host));
  return async (request, response, next) => {
    const host = plainHost(request.hostname ?? "");
    if (isHubHost(host, names)) return next();
    const providerId = await ownerOf(host);
    if (providerId === null && !hasName) return next();
    if (providerId === null) {
      response.setHeader("Cache-Control", "no-store");
      throw refusal("unknown-host");
    }
    if (response.hasHeader("Strict-Transport-Security")) response.setHeader("Strict-Transport-Security", hstsHere);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && (request.path === "/" || request.path === "/my" || request.path === "/my/")) {
      response.setHeader("Cache-Control", "no-store");
      return void response.redirect(302, `/my/${providerId}/`);
    }
    if (!isOfOwnPage(request.path, providerId)) {
      response.setHeader("Cache-Control", "no-store");
      throw notFound("page at this name");
    }
    byOwnDomain.set(request, providerId);
    next();
  };
}
