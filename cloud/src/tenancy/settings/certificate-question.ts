/**
 * The question of the proxy before it fetches a certificate (Caddy's on-demand TLS): is this name ours? It is public, because Caddy sends no token.
 *
 * Attackers and what stops them. Who points thousands of names here, so that the proxy asks for certificates until the authority refuses more: yes is
 * said to proved domains, to providers' sub-domains and to the hub's own further names alone. Who asks from outside to learn names: a request that
 * came through a proxy gets no, and each no is the same; what is left to learn, anybody sees who opens the name. Who floods the proxy with made-up
 * names: no question reaches the database, and there is no rate that they could use up for the names that are ours.
 */
import { z } from "zod";
import { subdomainOf } from "../../ground/http/admit.ts";
import { type DomainOwner, type HubNames, plainHost } from "../../ground/http/host-gate.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";

export interface OurNames {
  readonly hub: HubNames;
  /** Names below the hub's that providers have. */
  readonly subdomains: () => Promise<ReadonlySet<string>>;
  readonly domainOwner: DomainOwner;
}

export function certificateQuestion({ hub, subdomains, domainOwner }: OurNames) {
  return route({
    method: "GET",
    path: "/certificate-question",
    summary: "Asked by the proxy beside the hub: may it fetch a certificate for this name? 200: yes; 404: no",
    permission: "public",
    query: z.object({ domain: z.string().max(1000).default("") }),
    response: z.object({ yes: z.literal(true) }),
    handle: async ({ query }, request) => {
      const host = plainHost(query.domain);
      const isDirect = request.headers["x-forwarded-for"] === undefined && request.headers.forwarded === undefined;
      if (!isDirect || !(await isOurs(host))) throw notFound("name");
      return { yes: true as const };
    },
  });

  async function isOurs(host: string): Promise<boolean> {
    if (hub.otherHosts.includes(host)) return true;
    const below = subdomainOf(host, hub.publicUrl);
    return below === null ? (await domainOwner(host)) !== null : (await subdomains()).has(below);
  }
}
