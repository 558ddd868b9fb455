/**
 * What the hotspot's redirect said of a phone, for the page without scripts: a browser that is sent on there by the portal's page loses the query.
 * A cookie keeps it for a while; it says no more than the query would, and is believed no more.
 */
import type { DeviceHint } from "@karibu/protocol/portal-api";
import type { HttpRequest } from "../../ground/http.ts";
import { readCookie } from "./identify-device-policy.ts";
import { decodeKey, hintOf } from "./visit.ts";

const arrivalCookie = "karibu_arrival";
const keptSeconds = 900;
const charactersMax = 1200;

/** `Set-Cookie` for the portal's page; empty where the redirect said nothing. */
export function keepArrival(query: URLSearchParams): readonly string[] {
  const kept = encodeURIComponent(new URLSearchParams(hintOf(query) as Record<string, string>).toString());
  if (kept === "" || kept.length > charactersMax) return [];
  return [`${arrivalCookie}=${kept}; Path=/plain; Max-Age=${keptSeconds}; HttpOnly; SameSite=Lax`];
}

/** The query's own word, else the kept one. */
export function arrivalOf({ headers }: Pick<HttpRequest, "headers">, query: URLSearchParams): DeviceHint {
  const said = hintOf(query);
  if (Object.keys(said).length > 0) return said;
  return hintOf(new URLSearchParams(decodeKey(readCookie(headers.cookie, arrivalCookie) ?? "")));
}
