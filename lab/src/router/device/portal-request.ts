/** What a phone's page asks of the portal, with what the hotspot's redirect told the phone. */
import type { HttpRequest } from "@karibu/agent/ground/http";
import type { Client, Router } from "./router.ts";

/** @param body null: a GET. @param says replaces parameters of the redirect */
export function portalRequest(
  { options }: Pick<Router, "options">,
  { address, mac }: Pick<Client, "address" | "mac">,
  asked: {
    readonly path: string;
    readonly body: object | null;
    readonly cookie: string | undefined;
    readonly says?: object;
  },
): HttpRequest {
  const { path, body, cookie, says } = asked;
  const hint = { mac, ip: address, login: `${options.hotspotUrl}/login`, ...says };
  const isGet = body === null;
  return {
    method: isGet ? "GET" : "POST",
    url: isGet ? `${path}?${new URLSearchParams(hint)}` : path,
    headers: { host: new URL(options.portalUrl).host, "content-type": "application/json", cookie },
    body: isGet ? "" : JSON.stringify({ ...hint, ...body }),
    address,
  };
}
