/** A site's further routers, each with a RADIUS secret of its own, made here and sealed at rest. */
import { newSecret } from "@karibu/protocol/identifiers";
import type { FurtherRouterChoice } from "@karibu/protocol/router/further-router";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import "./tables.ts";

interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

export interface KnownRouter extends FurtherRouterChoice {
  readonly radiusSecret: string;
}

const contextOf = ({ providerId, siteId }: Place, address: string) =>
  `further-router/${providerId}/${siteId}/${address}`;

export async function readFurtherRouters(envelope: Envelope, tx: Tx, place: Place): Promise<KnownRouter[]> {
  const rows = await tx
    .selectFrom("site_further_routers")
    .selectAll()
    .where("site_id", "=", place.siteId)
    .orderBy("own_address")
    .execute();
  return rows.map((row) => ({
    name: row.name,
    ownAddress: row.own_address,
    agentSide: row.agent_side,
    routerosVersion: row.version,
    interfaces: row.interfaces,
    network: row.network,
    maxSessions: row.max_sessions,
    padoDelayMs: row.pado_delay_ms,
    radiusSecret: envelope.open(row.radius_secret_sealed, contextOf(place, row.own_address)).toString(),
  }));
}

/** In place of those that are there. A router at the same address keeps its secret. */
export async function keepFurtherRouters(
  { world, envelope }: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  place: Place,
  chosen: readonly FurtherRouterChoice[],
): Promise<KnownRouter[]> {
  const known = await readFurtherRouters(envelope, tx, place);
  const routers = chosen.map((router) => ({
    ...router,
    radiusSecret:
      known.find(({ ownAddress }) => ownAddress === router.ownAddress)?.radiusSecret ?? newSecret(world, 18),
  }));
  await tx.deleteFrom("site_further_routers").where("site_id", "=", place.siteId).execute();
  for (const router of routers)
    await tx
      .insertInto("site_further_routers")
      .values({
        provider_id: place.providerId,
        site_id: place.siteId,
        own_address: router.ownAddress,
        agent_side: router.agentSide,
        name: router.name,
        version: router.routerosVersion,
        interfaces: JSON.stringify(router.interfaces),
        network: router.network,
        max_sessions: router.maxSessions,
        pado_delay_ms: router.padoDelayMs,
        radius_secret_sealed: envelope.seal(Buffer.from(router.radiusSecret), contextOf(place, router.ownAddress)),
        made_at_ms: world.clock.wall().atMs,
      })
      .execute();
  return routers;
}
