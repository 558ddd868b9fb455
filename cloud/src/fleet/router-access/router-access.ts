/**
 * How a router's API is reached through the tunnel. The hub keeps it and never dials: only the hosting process gets it, for the router at the
 * site's own address in the tunnel (`router-tests.ts`).
 */

import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { selectSites } from "../sites/site-is-there.ts";
import { apiPortMax, apiPortMin } from "./api-port.ts";

export interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

export interface RouterAccess {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
const printable = /^[^\u0000-\u001f\u007f]*$/;

export const accessFields = {
  port: z.number().int().min(apiPortMin).max(apiPortMax),
  user: z.string().min(1).max(64).regex(printable),
  password: z.string().min(1).max(128).regex(printable),
};

const contextOf = ({ providerId, siteId }: Place) => `router-access/${providerId}/${siteId}`;

/** Without its password. Null: the hub was not told. */
export async function readAccess(
  tx: Tx,
  siteId: string,
): Promise<{ readonly port: number; readonly user: string; readonly changedAtMs: number } | null> {
  const row = await tx
    .selectFrom("router_access")
    .select(["port", "userName", "changedAtMs"])
    .where("siteId", "=", siteId)
    .executeTakeFirst();
  return row === undefined ? null : { port: row.port, user: row.userName, changedAtMs: row.changedAtMs };
}

/** With its password, for the hosting process alone. Null: the hub was not told. */
export async function openAccess(envelope: Envelope, tx: Tx, place: Place): Promise<RouterAccess | null> {
  const row = await tx
    .selectFrom("router_access")
    .select(["port", "userName", "passwordSealed"])
    .where("providerId", "=", place.providerId)
    .where("siteId", "=", place.siteId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const password = envelope.open(row.passwordSealed, contextOf(place)).toString();
  return { port: row.port, user: row.userName, password };
}

/** A password that is left out stays; false: there is none to stay, and nothing was kept. */
export async function keepAccess(
  { world, envelope }: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  place: Place,
  given: { readonly port: number; readonly user: string; readonly password?: string | undefined },
): Promise<boolean> {
  const changed = { port: given.port, userName: given.user, changedAtMs: world.clock.wall().atMs };
  if (given.password === undefined) {
    const { numUpdatedRows } = await tx
      .updateTable("router_access")
      .set(changed)
      .where("siteId", "=", place.siteId)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
  const row = { ...changed, passwordSealed: envelope.seal(Buffer.from(given.password), contextOf(place)) };
  await tx
    .insertInto("router_access")
    .values({ providerId: place.providerId, siteId: place.siteId, ...row })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(row))
    .execute();
  return true;
}

export async function forgetAccess(tx: Tx, siteId: string): Promise<void> {
  await tx.deleteFrom("router_access").where("siteId", "=", siteId).execute();
}

/** Sites that are there, each with how its router is reached where that is known: to go on with. */
export const selectSitesWithAccess = (tx: Tx) =>
  selectSites(tx)
    .leftJoin("router_access", (join) =>
      join
        .onRef("router_access.providerId", "=", "sites.providerId")
        .onRef("router_access.siteId", "=", "sites.siteId"),
    )
    .select(["router_access.port", "router_access.userName"]);
