/**
 * `/api/v1/settings`: a provider's settings, for its people.
 *
 * Attacks   Each new sub-domain is a name that the proxy fetches a certificate for, and the authority gives the hub's domain a few dozen a week: who
 *           chooses another one each minute, or under many sign-ups, would leave the other providers without (`name-budget.ts`).
 */
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { route } from "../../ground/http/route.ts";
import { providerChange } from "../providers/provider-fields.ts";
import { providerView, readProvider, viewOf } from "../providers/provider-view.ts";
import { updateProvider } from "../providers/providers.ts";
import { takeName } from "./name-budget.ts";

export function settingsRoutes(world: World, database: Database, publish: Publish) {
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
        if (body.subdomain != null) await takeName(world.clock, database, { providerId, name: body.subdomain });
        return transact(async (tx) => viewOf(await updateProvider(world, publish, tx, providerId, body)));
      },
    }),
  ];
}
