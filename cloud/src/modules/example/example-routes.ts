import type { Clock } from "@karibu/protocol/world";
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { partOfDay, partsOfDay } from "./example-policy.ts";

export const exampleView = z.object({ part: z.enum(partsOfDay), name: z.string() });

export function exampleRoutes(clock: Clock, greeted: () => void) {
  return [
    route({
      method: "GET",
      path: "/api/v1/example",
      summary: "A greeting of the hour for the provider",
      permission: "provider.read",
      response: exampleView,
      handle: async ({ providerId, transact }) => {
        const { name, utcOffsetMinutes } = await transact((tx) => readProviderRow(tx, providerId));
        greeted();
        return { part: partOfDay(clock.wall().atMs, utcOffsetMinutes), name };
      },
    }),
  ];
}
