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
    .where("siteId", "=", place.siteId)
    .orderBy("ownAddress")
    .execute();
  return rows.map((row) => knownOf(envelope, place, row));
}

function knownOf(envelope: Envelope, place: Place, row: Selectable<Schema["site_further_routers"]>): KnownRouter {
  const { network, maxSessions, padoDelayMs, ownAddress } = row;
  return {
    name: row.name,
    ownAddress,
    agentSide: row.agentSide,
    routerosVersion: row.version,
    pppoe:
      network === null || maxSessions === null || padoDelayMs === null
        ? null
        : { interfaces: row.interfaces, network, maxSessions, padoDelayMs },
    hotspot:
      row.hotspotPorts === null || row.hotspotNetwork === null
        ? null
        : { ports: row.hotspotPorts, network: row.hotspotNetwork },
    radiusSecret: envelope.open(row.radiusSecretSealed, furtherSecretContext(place, ownAddress)).toString(),
    secret: {
      changedAtMs: row.secretChangedAtMs,
      wantedAtMs: row.secretWantedAtMs,
      problem: row.secretProblem,
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
  let gone = tx.deleteFrom("site_further_routers").where("siteId", "=", place.siteId);
  if (addresses.length > 0) gone = gone.where("ownAddress", "not in", addresses);
  await gone.execute();
  for (const { ownAddress, pppoe, hotspot, ...router } of chosen) {
    const kept = {
      agentSide: router.agentSide,
      name: router.name,
      version: router.routerosVersion,
      interfaces: json(pppoe?.interfaces ?? []),
      network: pppoe?.network ?? null,
      maxSessions: pppoe?.maxSessions ?? null,
      padoDelayMs: pppoe?.padoDelayMs ?? null,
      hotspotPorts: hotspot === null ? null : json(hotspot.ports),
      hotspotNetwork: hotspot?.network ?? null,
    };
    await tx
      .insertInto("site_further_routers")
      .values({
        providerId: place.providerId,
        siteId: place.siteId,
        ownAddress,
        ...kept,
        radiusSecretSealed: envelope.seal(Buffer.from(newSecret(world, 18)), furtherSecretContext(place, ownAddress)),
        madeAtMs: nowMs,
        secretNextAtMs: nowMs,
      })
      .onConflict((on) => on.columns(["providerId", "siteId", "ownAddress"]).doUpdateSet(kept))
      .execute();
  }
  return await readFurtherRouters(envelope, tx, place);
}
