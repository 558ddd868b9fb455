/**
 * `/api/v1/settings`: a provider's settings, for its people.
 *
 * Attacks   Each new sub-domain is a name that the proxy fetches a certificate for, and the authority gives the hub's domain a few dozen a week: who
 *           chooses another one each minute would leave the other providers without. So there are a few a day.
 */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import { providerChange } from "../providers/provider-fields.ts";
import { providerView, readProvider, viewOf } from "../providers/provider-view.ts";
import { updateProvider } from "../providers/providers.ts";

const newNamesADay = { tries: 3, perSeconds: 86_400 };

export function settingsRoutes(world: World, publish: Publish): Route[] {
  const newNames = createSharedTries(world.clock, "subdomain", newNamesADay);
  async function countNewName(tx: Tx, providerId: string, subdomain: string | null | undefined): Promise<void> {
    if (subdomain == null) return;
    const had = (await readProvider(tx, providerId)).subdomain;
    if (had !== subdomain) await newNames.take(tx, { providerId, subject: "name" });
  }
  return [
    route({
      method: "GET",
      path: "/api/v1/settings",
      summary: "The provider's settings",
      permission: "provider.read",
      response: providerView,
      handle: async ({ providerId, transact }) => transact((tx) => readProvider(tx, providerId)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/settings",
      summary: "Change the provider's settings",
      permission: "provider.manage",
      body: providerChange,
      response: providerView,
      handle: async ({ body, providerId, transact, auditTarget }) => {
        auditTarget(providerId);
        return transact(async (tx) => {
          await countNewName(tx, providerId, body.subdomain);
          return viewOf(await updateProvider(world, publish, tx, providerId, body));
        });
      },
    }),
  ];
}
