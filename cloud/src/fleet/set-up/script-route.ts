/**
 * `/api/v1/sites/{siteId}/script`: the whole configuration script of a site's router, at any time, and those that repair, check and remove it.
 *
 * Who attacks: a stolen log-in, and whoever finds the file. The scripts hold the site's secrets, so they want the right to manage sites and a
 * fresh second factor, and each reading stands in the audit log. The one that removes holds none, and is not easier to get.
 */
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import { refusal } from "../../ground/http/problem.ts";
import { rawRoute } from "../../ground/http/route.ts";
import { readFurtherRouters } from "../router-services/further-router-rows.ts";
import { readServices, toldTo } from "../router-services/service-rows.ts";
import { readSite } from "../sites/sites.ts";
import { readAddress } from "../tunnel/peers.ts";
import { scriptParts, wholeScript } from "./render-script.ts";
import { backUpKeyOf, openSecrets } from "./script-secrets.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { readRouterOs, readScript } from "./set-up-rows.ts";

export function scriptRoute(parts: SetUpParts) {
  return rawRoute({
    method: "GET",
    path: "/api/v1/sites/{siteId}/script",
    summary:
      "The whole configuration script of the site's router, for /import; or the one that repairs, checks (verify) or removes it. It holds the site's passwords",
    permission: "sites.manage",
    reveals: "sites.manage",
    freshFactor: true,
    notForSupport: "keys-of-site",
    params: z.object({ siteId: keySchema }),
    query: z.object({ part: z.enum(scriptParts).default("set-up") }),
    produces: "text/plain",
    respond: async ({ params: { siteId }, query: { part }, actor, providerId, transact }, _request, response) => {
      const text = await transact(async (tx) => {
        const site = await readSite(tx, siteId);
        const script = await readScript(tx, siteId);
        if (script === null) throw refusal("no-script-yet");
        const { facts, choices } = script;
        const place = { providerId, siteId };
        const backUpKey = (await backUpKeyOf(parts, tx, place)) ?? undefined;
        const input = {
          site: { id: siteId, name: site.name, openHosts: await parts.onlineSales.openHosts(tx, place) },
          facts,
          routerOs: await readRouterOs(tx, script),
          choices,
          secrets: { ...openSecrets(parts.envelope, place, script), backUpKey },
          tunnelAddress: await readAddress(tx, siteId),
          services: toldTo(actor, await readServices(parts.envelope, tx, place)),
          furtherRouters: await readFurtherRouters(parts.envelope, tx, { providerId, siteId }),
        };
        return wholeScript(parts, input, part);
      });
      response.setHeader("Cache-Control", "no-store");
      response.setHeader(
        "Content-Disposition",
        `attachment; filename="karibu-${part === "set-up" ? "" : `${part}-`}${siteId}.rsc"`,
      );
      response.type("text/plain").end(text);
    },
  });
}
