/** `GET /api/v1/search`: one field that finds everything that the caller may read. */
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { type Finder, type Hit, hitView } from "../../ground/lists/search.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readTerm } from "./read-term.ts";

export function searchRoutes(finders: readonly Finder[]) {
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
      response: z.object({ items: z.array(hitView) }),
      handle: ({ query: { q }, providerId, actor, partyOf, transact }) =>
        transact(async (tx) => {
          const term = readTerm(q, { providerId, partyOf, country: await countryOfProvider(tx, providerId) });
          if (term === null) return { items: [] };
          const found: Hit[] = [];
          for (const finder of finders)
            if (actor.may(finder.permission)) found.push(...(await finder.find(tx, term, actor)));
          return { items: found.sort((one, other) => Number(other.isExact) - Number(one.isExact)) };
        }),
    }),
  ];
}
