/** Platform admins see and change providers. For set-up, suspension and deletion see `operations/provider-life`. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Publish } from "../../ground/feed/publish.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { providerChange } from "./provider-fields.ts";
import { providerView, readProvider, viewOf } from "./provider-view.ts";
import { updateProvider } from "./providers.ts";

const params = z.object({ providerId: keySchema });

const list = listOf({
  sort: {
    made: { by: sql.ref("providerId"), kind: "string" },
    name: { by: sql`lower(name)`, kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("providerId")],
  search: [sql.ref("name"), sql.ref("supportPhone")],
});

export function providerRoutes(world: World, publish: Publish) {
  return [
    route({
      method: "GET",
      path: "/api/v1/providers",
      summary: "All providers (platform admin)",
      permission: "providers.read",
      as: "platform",
      query: list.query.extend({ state: providerView.shape.state.optional() }),
      response: pageOf(providerView),
      handle: async ({ query, transact }) =>
        transact((tx) => {
          const rows = tx
            .selectFrom("providers")
            .selectAll()
            .where("providerId", "!=", platformProviderId)
            .$if(query.state !== undefined, (is) => is.where("state", "=", query.state ?? "active"));
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/providers/{providerId}",
      summary: "One provider (platform admin)",
      permission: "providers.read",
      as: "platform",
      params,
      response: providerView,
      handle: async ({ params: { providerId }, transact }) => transact((tx) => readProvider(tx, providerId)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/providers/{providerId}",
      summary: "Change a provider's settings (platform admin)",
      permission: "providers.manage",
      as: "platform",
      params,
      body: providerChange,
      response: providerView,
      handle: async ({ params: { providerId }, body, transact }) =>
        transact(async (tx) => viewOf(await updateProvider(world, publish, tx, providerId, body))),
    }),
  ];
}
