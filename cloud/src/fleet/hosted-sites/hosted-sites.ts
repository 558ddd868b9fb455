/** Which sites are hosted, by which host, and what their agents need to know. Methods for hosts run in `asPlatform`. */

import { newId } from "@karibu/protocol/identifiers";
import type { hostedSiteSchema } from "@karibu/protocol/rpc/hosted-sites";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type * as z from "zod/mini";
import type { Tx } from "../../ground/db/database.ts";
import { fits } from "../../ground/quotas/quota-policy.ts";
import { type QuotaCount, readLimit, refuseBeyond } from "../../ground/quotas/quotas.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { createEnrolmentToken } from "../enrolment/enrolment.ts";
import { siteIsThere } from "../sites/site-is-there.ts";
import { tunnelAddressOf } from "../tunnel/peers.ts";
import { chooseHost, wakeHost } from "./hosts.ts";

export interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

const contextOf = ({ providerId, siteId }: Place) => `hosted-site/${providerId}/${siteId}`;

/** 24 characters: it goes into the router's script, so nobody types it. */
const secretBytes = 18;

/**
 * Assigns the site, which already has its tunnel address, to the host, unless another valid host has it.
 * Its RADIUS secret stays the same meanwhile. Returns the secret. Throws a Problem "quota-reached".
 */
export async function hostSite(world: World, envelope: Envelope, tx: Tx, place: Place): Promise<string> {
  const { providerId, siteId } = place;
  const known = await readHosting(tx, siteId);
  if (known !== null && known.revokedAtMs === null) return openSecret(envelope, place, known.sealed);
  if (known === null) await refuseMoreHosted(tx, providerId, world.clock.wall().atMs);
  const hostId = await chooseHost(tx);
  const secret = Buffer.from(world.random.bytes(secretBytes)).toString("base64url");
  const row = {
    hostId,
    hostingId: newId(world),
    madeAtMs: world.clock.wall().atMs,
    radiusSecretSealed: envelope.seal(Buffer.from(secret), contextOf(place)),
  };
  await tx
    .insertInto("hosted_sites")
    .values({ providerId, siteId, ...row })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(row))
    .execute();
  await wakeHost(tx, hostId);
  return secret;
}

export const hostedQuota: QuotaCount = {
  kind: "hosted-sites",
  used: async (tx, providerId) => {
    const { count } = await tx
      .selectFrom("hosted_sites")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("providerId", "=", providerId)
      .executeTakeFirstOrThrow();
    return Number(count);
  },
};

/** Throws a Problem "quota-reached" where there is no place for one more. */
export function refuseMoreHosted(tx: Tx, providerId: string, nowMs: number): Promise<void> {
  return refuseBeyond(tx, { providerId, more: 1, nowMs }, hostedQuota);
}

/** Whether `hostSite` would take this site. */
export async function mayHost(tx: Tx, place: Place): Promise<boolean> {
  if (await isHosted(tx, place)) return true;
  const limit = await readLimit(tx, place.providerId, hostedQuota.kind);
  return fits({ limit, used: await hostedQuota.used(tx, place.providerId), more: 1 });
}

/** Its agent is stopped; its data stays in its folder at the host. */
export async function unhostSite(tx: Tx, siteId: string): Promise<void> {
  const gone = await tx.deleteFrom("hosted_sites").where("siteId", "=", siteId).returning("hostId").executeTakeFirst();
  if (gone !== undefined) await wakeHost(tx, gone.hostId);
}

/** What its host was told of the site is another now. */
export async function tellHostOf(tx: Tx, siteId: string): Promise<void> {
  const row = await tx.selectFrom("hosted_sites").select("hostId").where("siteId", "=", siteId).executeTakeFirst();
  if (row !== undefined) await wakeHost(tx, row.hostId);
}

export interface Hosting {
  readonly hostId: string;
  readonly hostName: string;
  /** Its host has lost its right: an operator must assign the site to another one. */
  readonly revokedAtMs: number | null;
  readonly address: string | null;
  readonly sealed: Uint8Array;
}

export async function readHosting(tx: Tx, siteId: string): Promise<Hosting | null> {
  const row = await tx
    .selectFrom("hosted_sites")
    .innerJoin("hosts", "hosts.hostId", "hosted_sites.hostId")
    .select(["hosts.hostId", "hosts.name", "hosts.revokedAtMs", "radiusSecretSealed"])
    .select(tunnelAddressOf("hosted_sites").as("address"))
    .where("hosted_sites.siteId", "=", siteId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { hostId, name: hostName, revokedAtMs, address, radiusSecretSealed: sealed } = row;
  return { hostId, hostName, revokedAtMs, address, sealed };
}

/** Also in a transaction of the platform. */
export async function isHosted(tx: Tx, { providerId, siteId }: Place): Promise<boolean> {
  const row = await tx
    .selectFrom("hosted_sites")
    .select("siteId")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .executeTakeFirst();
  return row !== undefined;
}

type HostedSite = z.infer<typeof hostedSiteSchema>;

/** By site id: how the routers of these sites take their agents by API, where the hub made their set-up. */
export type ReadRouterApis = (
  tx: Tx,
  places: readonly Place[],
) => Promise<ReadonlyMap<string, NonNullable<HostedSite["api"]>>>;

/** A page of a host's sites, ordered by site id. A site without an address can't be identified, so it is left out. */
export async function readHostedPage(
  tx: Tx,
  { envelope, readRouterApis }: { readonly envelope: Envelope; readonly readRouterApis: ReadRouterApis },
  hostId: string,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<{ sites: HostedSite[]; more: boolean }> {
  const rows = await tx
    .selectFrom("hosted_sites")
    .select(["hosted_sites.providerId", "hosted_sites.siteId", "hostingId", "radiusSecretSealed"])
    .select(tunnelAddressOf<string>("hosted_sites").as("address"))
    .where("hosted_sites.hostId", "=", hostId)
    .where("hosted_sites.siteId", ">", after ?? "")
    .where(siteIsThere("hosted_sites"))
    .where(tunnelAddressOf("hosted_sites"), "is not", null)
    .orderBy("hosted_sites.siteId")
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const apis = await readRouterApis(tx, shown);
  const sites = shown.map((row) => {
    const api = apis.get(row.siteId);
    return {
      siteId: row.siteId,
      routerAddress: row.address,
      hostingId: row.hostingId,
      radiusSecret: openSecret(envelope, row, row.radiusSecretSealed),
      ...(api === undefined ? {} : { api }),
    };
  });
  return { sites, more: rows.length > limit };
}

/**
 * Null: the site is not this host's, or is deleted, or the host has lost its right. Locks both rows: a host that is
 * revoked or loses the site at this moment gets none, or one that is found by who takes it away.
 */
export async function createHostedToken(world: World, tx: Tx, hostId: string, siteId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("hosted_sites")
    .innerJoin("hosts", "hosts.hostId", "hosted_sites.hostId")
    .select("hosted_sites.providerId")
    .where("hosted_sites.hostId", "=", hostId)
    .where("hosted_sites.siteId", "=", siteId)
    .where("hosts.revokedAtMs", "is", null)
    .where(siteIsThere("hosted_sites"))
    .forUpdate(["hosts", "hosted_sites"])
    .executeTakeFirst();
  if (row === undefined) return null;
  return (await createEnrolmentToken(world, tx, { providerId: row.providerId, siteId })).token;
}

function openSecret(envelope: Envelope, place: Place, sealed: Uint8Array): string {
  return envelope.open(sealed, contextOf(place)).toString();
}

/** The agent of a row's site runs on a host of ours. @param table the table, or its other name, that has `provider_id` and `site_id` */
export const isHostedSite = (table: string): RawBuilder<boolean> => sql`exists (select from hosted_sites hosted
  where hosted.provider_id = ${sql.ref(`${table}.providerId`)} and hosted.site_id = ${sql.ref(`${table}.siteId`)})`;

/** Which site which host serves by right, with `provider_id`, `site_id` and `host_id`. Stands after `join`, with a name. */
export const hostings: RawBuilder<unknown> = sql`(
  select hosted_sites.provider_id, hosted_sites.site_id, hosted_sites.host_id from hosted_sites
  join hosts on hosts.host_id = hosted_sites.host_id and hosts.revoked_at_ms is null)`;
