/** A site's further routers, each with a RADIUS secret of its own, made here and sealed at rest. */

import { newSecret } from "@karibu/protocol/identifiers";
import type { FurtherRouterChoice } from "@karibu/protocol/router/further-router";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { FurtherSecretProblem } from "./further-secret-problems.ts";

interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

export interface KnownRouter extends FurtherRouterChoice {
  /** Its script begins with it, and the agent takes it. While another one is on its way, the agent takes both. */
  readonly radiusSecret: string;
  readonly secret: FurtherSecretState;
}

export interface FurtherSecretState {
  readonly changedAtMs: number | null;
  /** Null: no change is under way. */
  readonly wantedAtMs: number | null;
  readonly problem: FurtherSecretProblem | null;
}

export const furtherSecretContext = ({ providerId, siteId }: Place, address: string, kind: "" | "/next" = "") =>
  `further-router/${providerId}/${siteId}/${address}${kind}`;

export async function readFurtherRouters(envelope: Envelope, tx: Tx, place: Place): Promise<KnownRouter[]> {
  const rows = await tx
    .selectFrom("site_further_routers")
    .selectAll()
    .where("site_id", "=", place.siteId)
    .orderBy("own_address")
    .execute();
  return rows.map((row) => knownOf(envelope, place, row));
}

function knownOf(envelope: Envelope, place: Place, row: Selectable<Schema["site_further_routers"]>): KnownRouter {
  const { network, max_sessions: maxSessions, pado_delay_ms: padoDelayMs, own_address: ownAddress } = row;
  return {
    name: row.name,
    ownAddress,
    agentSide: row.agent_side,
    routerosVersion: row.version,
    pppoe:
      network === null || maxSessions === null || padoDelayMs === null
        ? null
        : { interfaces: row.interfaces, network, maxSessions, padoDelayMs },
    hotspot:
      row.hotspot_ports === null || row.hotspot_network === null
        ? null
        : { ports: row.hotspot_ports, network: row.hotspot_network },
    radiusSecret: envelope.open(row.radius_secret_sealed, furtherSecretContext(place, ownAddress)).toString(),
    secret: {
      changedAtMs: row.secret_changed_at_ms,
      wantedAtMs: row.secret_wanted_at_ms,
      problem: row.secret_problem,
    },
  };
}

/** In place of those that are there. A router at the same address keeps its secret, and a change of it goes on. */
export async function keepFurtherRouters(
  { world, envelope }: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  place: Place,
  chosen: readonly FurtherRouterChoice[],
): Promise<KnownRouter[]> {
  const nowMs = world.clock.wall().atMs;
  const addresses = chosen.map(({ ownAddress }) => ownAddress);
  let gone = tx.deleteFrom("site_further_routers").where("site_id", "=", place.siteId);
  if (addresses.length > 0) gone = gone.where("own_address", "not in", addresses);
  await gone.execute();
  for (const { ownAddress, pppoe, hotspot, ...router } of chosen) {
    const kept = {
      agent_side: router.agentSide,
      name: router.name,
      version: router.routerosVersion,
      interfaces: json(pppoe?.interfaces ?? []),
      network: pppoe?.network ?? null,
      max_sessions: pppoe?.maxSessions ?? null,
      pado_delay_ms: pppoe?.padoDelayMs ?? null,
      hotspot_ports: hotspot === null ? null : json(hotspot.ports),
      hotspot_network: hotspot?.network ?? null,
    };
    await tx
      .insertInto("site_further_routers")
      .values({
        provider_id: place.providerId,
        site_id: place.siteId,
        own_address: ownAddress,
        ...kept,
        radius_secret_sealed: envelope.seal(Buffer.from(newSecret(world, 18)), furtherSecretContext(place, ownAddress)),
        made_at_ms: nowMs,
        secret_next_at_ms: nowMs,
      })
      .onConflict((on) => on.columns(["provider_id", "site_id", "own_address"]).doUpdateSet(kept))
      .execute();
  }
  return await readFurtherRouters(envelope, tx, place);
}
