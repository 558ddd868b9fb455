/**
 * Who may read the pages for installers, health checks and metrics collectors: this machine, and clients with the site's key.
 * Guests may not. The router's address is no proof: many hotspots masquerade their guests behind it.
 */
import { isSameSecret } from "@karibu/protocol/hash";
import { isForwarded } from "@karibu/protocol/link/forwarded-request";
import type { HttpRequest } from "../../ground/http.ts";
import { isLoopback, plainAddress } from "../http/peer-address.ts";

/** The request comes from this machine, and no proxy on it forwarded it. */
function isLocal({ address, headers }: HttpRequest): boolean {
  return isLoopback(plainAddress(address ?? "")) && !isForwarded(headers);
}

/** `key` null: RADIUS is off, so there is no key. The key comes as `?key=…` or as a bearer token. */
export function mayReadInstallerPages(request: HttpRequest, query: URLSearchParams, key: string | null): boolean {
  if (isLocal(request)) return true;
  const sent = query.get("key") ?? /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
  return key !== null && sent !== undefined && isSameSecret(sent, key);
}
