/**
 * Who may read what is for installers, health checks and collectors: the machine itself, and whoever has the site's key.
 * Guests may not. The router's own address is no ticket: many hotspots masquerade their guests behind it.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { isLoopback, plainAddress } from "../http/peer-address.ts";
import type { PortalRequest } from "../portal-parts.ts";

/** Asked on this machine, and not for somebody else by a proxy on it. */
function isFromHere({ address, headers }: PortalRequest): boolean {
  return (
    isLoopback(plainAddress(address ?? "")) &&
    headers["x-forwarded-for"] === undefined &&
    headers.forwarded === undefined
  );
}

/** `key` null: there is none (RADIUS is off), so only the machine itself. The key comes as `?key=…` or as a bearer token. */
export function mayReadInstallerPages(request: PortalRequest, query: URLSearchParams, key: string | null): boolean {
  if (isFromHere(request)) return true;
  const given = query.get("key") ?? /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
  return key !== null && given !== undefined && timingSafeEqual(digest(given), digest(key));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
