/** `GET /api/v1/search`: one field that finds everything that the caller may read. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { askApart } from "../../ground/db/ask-apart.ts";
import { route } from "../../ground/http/route.ts";
import { type Finder, type Hit, hitView } from "../../ground/lists/search.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readTerm } from "./read-term.ts";

export function searchRoutes({ log }: Pick<World, "log">, finders: readonly Finder[]) {
  return [
    route({
      method: "GET",
      path: "/api/v1/search",
      summary:
        "Finds a code, receipt, phone, device, address, name, site, plan, invoice, payment, seller or ticket; whole matches first",
      permission: "signed-in",
      query: z.object({ q: z.string().trim().min(1).max(100) }),
      // A voucher's code may stand beside what the caller typed.
      compressed: false,
      response: z.object({
        items: z.array(hitView),
        /** Modules that failed just now: what they have is not among the hits. */
        notAsked: z.array(z.string()),
      }),
      handle: ({ query: { q }, providerId, actor, partyOf, transact }) =>
        transact(async (tx) => {
          const term = readTerm(q, { providerId, partyOf, country: await countryOfProvider(tx, providerId) });
          if (term === null) return { items: [], notAsked: [] };
          const found: Hit[] = [];
          const notAsked: string[] = [];
          for (const finder of finders) {
            if (!actor.may(finder.permission)) continue;
            const { module } = finder;
            const find = () => finder.find(tx, term, actor);
            const hits = module === undefined ? { answer: await find() } : await askApart(log, tx, module, find);
            if (hits !== null) found.push(...hits.answer);
            else if (module !== undefined) notAsked.push(module);
          }
          return { items: found.sort((one, other) => Number(other.isExact) - Number(one.isExact)), notAsked };
        }),
    }),
  ];
}
