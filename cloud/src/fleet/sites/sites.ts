/** Sites in the database and in the feed. */
import { newId } from "@karibu/protocol/identifiers";
import { seconds } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import type { Insertable, Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound } from "../../ground/http/problem.ts";
import { sellsOnline, siteIsPaidBy } from "../../money/channels/selling-channel.ts";
import { maySell } from "../../tenancy/providers/selling-policy.ts";
import type { SiteTables } from "./tables.ts";

export type SiteRow = Selectable<SiteTables["sites"]>;

export interface SiteFields {
  readonly name: string;
  /** How the router is reached, for people. */
  readonly address?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly region: string | null;
  readonly district: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** How often the router reports usage, seconds. */
  readonly interimSeconds: number;
  /** False: after payment the portal waits for a tap on "go online". */
  readonly autoLogIn: boolean;
}

export async function insertSite(
  world: World,
  publish: Publish,
  tx: Tx,
  providerId: string,
  site: SiteFields,
): Promise<SiteRow> {
  return (await insertSites(world, publish, tx, providerId, [site]))[0] as SiteRow;
}

/** In their order. */
export async function insertSites(
  world: World,
  publish: Publish,
  tx: Tx,
  providerId: string,
  sites: readonly SiteFields[],
): Promise<SiteRow[]> {
  const nowMs = world.clock.wall().atMs;
  const selling = await sellsNow(tx, providerId, nowMs);
  const rows: SiteRow[] = [];
  for (const site of sites) {
    const row = await tx
      .insertInto("sites")
      .values({
        ...(columnsOf(site) as Insertable<SiteTables["sites"]>),
        provider_id: providerId,
        site_id: newId(world),
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
        deleted_at_ms: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await publishSite(publish, tx, row, selling);
    rows.push(row);
  }
  return rows;
}

/** What is left out stays, also while somebody else changes it. */
export async function updateSite(
  world: World,
  publish: Publish,
  tx: Tx,
  siteId: string,
  change: Partial<SiteFields>,
): Promise<SiteRow> {
  const nowMs = world.clock.wall().atMs;
  const row = await tx
    .updateTable("sites")
    .set({ ...columnsOf(change), updated_at_ms: nowMs })
    .where("site_id", "=", siteId)
    .where("deleted_at_ms", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw notFound("site");
  await publishSite(publish, tx, row, await sellsNow(tx, row.provider_id, nowMs));
  return row;
}

/** Throws a Problem 404; `field` names the input when the id came in a body. */
export async function readSite(tx: Tx, siteId: string, field?: string): Promise<SiteRow> {
  const row = await tx
    .selectFrom("sites")
    .selectAll()
    .where("site_id", "=", siteId)
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw notFound("site", field);
  return row;
}

/**
 * To be called when a payment channel comes, goes, or is switched, and when the provider is suspended or comes back: portals
 * then offer to buy, or no longer, and say how one pays.
 */
export async function publishSites(publish: Publish, tx: Tx, providerId: string, nowMs: number): Promise<void> {
  const selling = await sellsNow(tx, providerId, nowMs);
  const rows = await tx
    .selectFrom("sites")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("deleted_at_ms", "is", null)
    .orderBy("site_id")
    .execute();
  for (const row of rows) await publishSite(publish, tx, row, selling);
}

interface Selling {
  readonly isOpen: boolean;
  readonly currency: string;
}

/** There is a channel, and the provider is not shut. */
async function sellsNow(tx: Tx, providerId: string, nowMs: number): Promise<Selling> {
  const provider = await tx
    .selectFrom("providers")
    .select(["state", "sells_until_ms", "currency"])
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  return { isOpen: maySell(provider, nowMs) && (await sellsOnline(tx, providerId)), currency: provider.currency };
}

async function publishSite(publish: Publish, tx: Tx, row: SiteRow, selling: Selling): Promise<void> {
  const paysBy = await siteIsPaidBy(tx, row.provider_id, row.site_id, selling.currency);
  await publish(tx, {
    providerId: row.provider_id,
    target: { scope: "site", siteId: row.site_id },
    kind: "site",
    key: "site",
    body: {
      siteId: row.site_id,
      name: row.name,
      interimSeconds: seconds(row.interim_seconds),
      sellsOnline: selling.isOpen,
      autoLogIn: row.auto_log_in,
      paysBy,
    },
  });
}

function columnsOf(site: Partial<SiteFields>) {
  const { name, address, note, region, district, latitude, longitude, interimSeconds, autoLogIn } = site;
  const place = { region, district, latitude, longitude };
  return { name, address, note, ...place, interim_seconds: interimSeconds, auto_log_in: autoLogIn };
}

export function fieldsOf(row: SiteRow) {
  const { name, address, note, region, district, latitude, longitude } = row;
  return {
    name,
    address,
    note,
    region,
    district,
    latitude,
    longitude,
    interimSeconds: row.interim_seconds,
    autoLogIn: row.auto_log_in,
  } satisfies SiteFields;
}
