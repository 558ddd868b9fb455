/** What a provider may have and has, for its people; the platform's admins change it. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { type QuotaKind, quotaKinds } from "../../ground/quotas/quota-policy.ts";
import { type QuotaCount, setLimit } from "../../ground/quotas/quotas.ts";
import { readQuotas } from "../../ground/quotas/read-quotas.ts";
import { readProvider } from "../../tenancy/providers/provider-view.ts";

export const quotaView = z.object({
  kind: z.enum(quotaKinds),
  /** Counted as all that there are, by day, or open at once. */
  per: z.enum(["all", "day", "once"]),
  limit: z.int(),
  used: z.int(),
  /** What the platform gives a provider for whom it set no other. */
  defaultLimit: z.int(),
  /** When a count by day begins again; null: it is not counted by day. */
  resetsAtMs: z.int().nullable(),
});
const quotasView = z.object({ items: z.array(quotaView) });

const limit = z.int().min(0).max(1_000_000_000_000).nullable().optional();
const limits = Object.fromEntries(quotaKinds.map((kind) => [kind, limit])) as Record<QuotaKind, typeof limit>;

export function quotaRoutes(world: World, counts: readonly QuotaCount[]) {
  const nowMs = () => world.clock.wall().atMs;
  const view = async (tx: Tx, providerId: string): Promise<z.input<typeof quotasView>> => ({
    items: await readQuotas(tx, { providerId, counts, nowMs: nowMs() }),
  });
  const params = z.object({ providerId: keySchema });
  const path = "/api/v1/providers/{providerId}/quotas" as const;
  return [
    route({
      method: "GET",
      path: "/api/v1/quotas",
      summary: "What the platform lets this provider have, and how much of it is used",
      permission: "provider.read",
      response: quotasView,
      volatile: ["used", "resetsAtMs"],
      handle: ({ providerId, transact }) => transact((tx) => view(tx, providerId)),
    }),
    route({
      method: "GET",
      path,
      summary: "A provider's quotas, and how much of them is used (platform admin)",
      permission: "providers.read",
      as: "platform",
      params,
      response: quotasView,
      volatile: ["used", "resetsAtMs"],
      handle: ({ params: { providerId }, transact }) =>
        transact(async (tx) => {
          await readProvider(tx, providerId);
          return view(tx, providerId);
        }),
    }),
    route({
      method: "PATCH",
      path,
      summary: "Change a provider's quotas (platform admin); null: the default again",
      permission: "providers.manage",
      as: "platform",
      params,
      body: z.strictObject(limits),
      response: quotasView,
      handle: ({ params: { providerId }, body, transact }) =>
        transact(async (tx) => {
          await readProvider(tx, providerId);
          for (const kind of quotaKinds) {
            const wanted = body[kind];
            if (wanted !== undefined) await setLimit(tx, { providerId, kind, nowMs: nowMs() }, wanted);
          }
          return view(tx, providerId);
        }),
    }),
  ];
}
