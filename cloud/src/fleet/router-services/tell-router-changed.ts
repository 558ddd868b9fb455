import { unixMs } from "@karibu/protocol/quantities";
import type { DriftPolicy } from "@karibu/protocol/router/desired-router";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";

/** The sites ask anew how their routers should be, within a minute after the commit; one that is away when it comes back. */
export async function tellRouterChanged(
  { world, publish }: { readonly world: Pick<World, "clock">; readonly publish: Publish },
  tx: Tx,
  of:
    | { readonly providerId: string; readonly siteId: string }
    | { readonly providerId: string; readonly drift: DriftPolicy },
): Promise<void> {
  const changedAtMs = unixMs(world.clock.wall().atMs);
  const { providerId } = of;
  const [target, key, body] =
    "siteId" in of
      ? [{ scope: "site", siteId: of.siteId } as const, "desired", { changedAtMs }]
      : [{ scope: "provider" } as const, "drift", { drift: of.drift, changedAtMs }];
  await publish(tx, { providerId, target, kind: "router-policy", key, body });
}
