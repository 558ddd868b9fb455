/** `/api/v1/settings`: a provider's settings, for its people. */
import type { World } from "@karibu/protocol/world";
import type { Publish } from "../../ground/feed/publish.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { providerChange } from "../providers/provider-fields.ts";
import { providerView, readProvider, viewOf } from "../providers/provider-view.ts";
import { updateProvider } from "../providers/providers.ts";

export function settingsRoutes(world: World, publish: Publish): Route[] {
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
        return transact(async (tx) => viewOf(await updateProvider(world, publish, tx, providerId, body)));
      },
    }),
  ];
}
