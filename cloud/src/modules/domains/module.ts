/** Names of a provider's own at which customers find its page, and their proof. */
import type { HubModule } from "../hub-module.ts";
import { domainRoutes } from "./domain-routes.ts";
import { createKnownDomains } from "./known-domains.ts";
import { domainJob } from "./prove-domain.ts";

export const domains = {
  recurring: ["own-domains"],
  retention: [
    { table: "provider_domains", column: "created_at_ms", keptMs: 30 * 86_400_000, only: "state = 'waiting'" },
  ],
  open(ground) {
    const parts = { ...ground, known: createKnownDomains(ground.world.clock, ground.database) };
    return {
      routes: domainRoutes(parts),
      maintenance: [domainJob(parts)],
      domainOwner: async (host) => (await parts.known.current()).get(host) ?? null,
    };
  },
} satisfies HubModule;
