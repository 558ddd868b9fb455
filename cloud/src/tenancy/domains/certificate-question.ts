/**
 * The question of the proxy before it fetches a certificate (Caddy's on-demand TLS): is this name ours? It is public, because Caddy sends no token.
 *
 * Attackers and what stops them. Who points thousands of names here, so that the proxy asks for certificates until the authority refuses more: yes is
 * said to proved domains and to providers' sub-domains alone. Who asks from outside to learn names: a request that came through a proxy gets no, each no
 * is the same, and beyond a rate everything is no; what is left to learn, anybody sees who opens the name. Who floods: no question reaches the database.
 */
import type { Clock } from "@karibu/protocol/world";
import { z } from "zod";
import { subdomainOf } from "../../ground/http/admit.ts";
import { type HubNames, plainHost } from "../../ground/http/host-gate.ts";
import { notFound } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { type Route, route } from "../../ground/http/route.ts";
import type { KnownDomains } from "./known-domains.ts";

export const certificateQuestionPath = "/certificate-question";

/** Caddy asks once for a name whose certificate it lacks. */
const questionsAMinute = 600;

export function certificateQuestion(clock: Clock, known: KnownDomains, names: HubNames): Route {
  const limit = createRateLimit(clock, { tries: questionsAMinute, perSeconds: 60 });
  return route({
    method: "GET",
    path: certificateQuestionPath,
    summary: "Asked by the proxy beside the hub: may it fetch a certificate for this name? 200: yes; 404: no",
    permission: "public",
    query: z.object({ domain: z.string().max(1000).default("") }),
    response: z.object({ yes: z.literal(true) }),
    handle: async ({ query }, request) => {
      const host = plainHost(query.domain);
      const isDirect = request.headers["x-forwarded-for"] === undefined && request.headers.forwarded === undefined;
      if (!isDirect || !isWithinRate() || !(await isOurs(host))) throw notFound("name");
      return { yes: true as const };
    },
  });

  function isWithinRate(): boolean {
    try {
      limit.take("all");
      return true;
    } catch {
      return false;
    }
  }

  async function isOurs(host: string): Promise<boolean> {
    const below = subdomainOf(host, names.publicUrl);
    return below === null ? (await known.ownerOf(host)) !== null : known.hasSubdomain(below);
  }
}
