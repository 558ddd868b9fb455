/** Sites in the database and in the feed. */

import { newId } from "@karibu/protocol/identifiers";
import type { PayChannel } from "@karibu/protocol/pay-channel";
import { seconds } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import type { Insertable, Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { type QuotaCount, refuseBeyond } from "../../ground/quotas/quotas.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { maySell } from "../../tenancy/providers/selling-policy.ts";

export type SiteRow = Selectable<Schema["sites"]>;

export interface SiteFields {
  readonly name: string;
  /** How people reach the router. */
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

/**
 * What a site's row in the feed says about online sales. The money district contributes it: `isOpen`, whether the provider
 * has a channel that sells now; `channels`, the ways to pay that customers of this site choose from, the usual one first;
 * `openHosts`, the hosts that their phones reach before they have paid, for the router's walled garden.
 */
export interface OnlineSales {
  isOpen(tx: Tx, providerId: string): Promise<boolean>;
  channels(tx: Tx, providerId: string, siteId: string, currency: string): Promise<PayChannel[]>;
  openHosts(tx: Tx, place: { readonly providerId: string; readonly siteId: string }): Promise<readonly string[]>;
  /** How many customers may be asked to pay on their phones now. */
  openPrompts(world: World, tx: Tx, place: { readonly providerId: string; readonly siteId: string }): Promise<number>;
}

export interface Sites {
  /** In their order. Writes each to the database and to its feed. Throws a Problem "quota-reached". */
  insert(tx: Tx, providerId: string, sites: readonly SiteFields[]): Promise<SiteRow[]>;
  /** Fields that are left out stay, even if somebody else changes them now. Throws a Problem 404. */
  update(tx: Tx, siteId: string, change: Partial<SiteFields>): Promise<SiteRow>;
  /**
   * Throws a Problem "customers-paying" while prompts may be on its customers' phones: what they pay would open nowhere. The site's history
   * stays. Its agent and its router keep their rights until `cutOff` of `site-view` ends them. */
  delete(tx: Tx, place: { readonly providerId: string; readonly siteId: string }): Promise<void>;
  /**
   * Publishes all sites of a provider. Call it when a payment channel is added, switched or removed, and when the provider
   * is suspended or active again: portals then offer to buy, or stop, and say how one pays.
   */
  publishAll(tx: Tx, providerId: string): Promise<void>;
}

export interface SiteParts {
  readonly world: World;
  readonly publish: Publish;
  readonly onlineSales: OnlineSales;
}

/**
 * What a site is told is its own row, the provider's state and its channels, which are different people's to change at once, and the later word counts. So
 * each says its word under the provider's lock, and reads the rest under it: told from what was there before, a site would have a former name, or stay
 * closed while a channel sells.
 */
export function createSites(parts: SiteParts): Sites {
  const { world } = parts;
  const nowMs = () => world.clock.wall().atMs;
  return {
    async insert(tx, providerId, sites) {
      await lockProvider(tx, providerId);
      const selling = await readSelling(parts, tx, providerId);
      const atMs = nowMs();
      await refuseBeyond(tx, { providerId, more: sites.length, nowMs: atMs }, siteQuota);
      const rows: SiteRow[] = [];
      for (const site of sites) {
        const row = await tx
          .insertInto("sites")
          .values({
            ...(columnsOf(site) as Insertable<Schema["sites"]>),
            providerId,
            siteId: newId(world),
            createdAtMs: atMs,
            updatedAtMs: atMs,
            deletedAtMs: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        await publishSite(parts, tx, row, selling);
        rows.push(row);
      }
      return rows;
    },
    async update(tx, siteId, change) {
      const row = await tx
        .updateTable("sites")
        .set({ ...columnsOf(change), updatedAtMs: nowMs() })
        .where("siteId", "=", siteId)
        .where("deletedAtMs", "is", null)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw notFound("site");
      await lockProvider(tx, row.providerId);
      await publishSite(parts, tx, row, await readSelling(parts, tx, row.providerId));
      return row;
    },
    async delete(tx, { providerId, siteId }) {
      const prompts = await parts.onlineSales.openPrompts(world, tx, { providerId, siteId });
      if (prompts > 0) throw refusal("customers-paying", { retryAfterSeconds: 60 });
      await tx.updateTable("sites").set({ deletedAtMs: nowMs() }).where("siteId", "=", siteId).execute();
    },
    async publishAll(tx, providerId) {
      await lockProvider(tx, providerId);
      const selling = await readSelling(parts, tx, providerId);
      const rows = await tx
        .selectFrom("sites")
        .selectAll()
        .where("providerId", "=", providerId)
        .where("deletedAtMs", "is", null)
        .orderBy("siteId")
        .execute();
      for (const row of rows) await publishSite(parts, tx, row, selling);
    },
  };
}

export const siteQuota: QuotaCount = {
  kind: "sites",
  used: async (tx, providerId) => {
    const { count } = await tx
      .selectFrom("sites")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("providerId", "=", providerId)
      .where("deletedAtMs", "is", null)
      .executeTakeFirstOrThrow();
    return Number(count);
  },
};

/** Throws a Problem 404; `field` names the input when the id came in a body. */
export async function readSite(tx: Tx, siteId: string, field?: string): Promise<SiteRow> {
  const row = await tx
    .selectFrom("sites")
    .selectAll()
    .where("siteId", "=", siteId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw notFound("site", field);
  return row;
}

/** For `asPlatform`, which sees the sites of all. Throws Problem 404 where the provider has no such site. */
export async function requireSite(
  tx: Tx,
  { providerId, siteId }: { readonly providerId: string; readonly siteId: string },
): Promise<void> {
  const site = await tx
    .selectFrom("sites")
    .select("siteId")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  if (site === undefined) throw notFound("site");
}

/** Of these, those that were deleted: nobody is served there any more. */
export async function deletedSites(tx: Tx, siteIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom("sites")
    .select("siteId")
    .where("siteId", "in", ["", ...siteIds])
    .where("deletedAtMs", "is not", null)
    .execute();
  return new Set(rows.map((row) => row.siteId));
}

interface Selling {
  readonly isOpen: boolean;
  readonly currency: string;
}

/** Open: the provider may sell, and has an active channel. */
async function readSelling({ world, onlineSales }: SiteParts, tx: Tx, providerId: string): Promise<Selling> {
  const provider = await readProviderRow(tx, providerId);
  const isOpen = maySell(provider, world.clock.wall().atMs) && (await onlineSales.isOpen(tx, providerId));
  return { isOpen, currency: provider.currency };
}

async function publishSite(parts: SiteParts, tx: Tx, row: SiteRow, selling: Selling): Promise<void> {
  const channels = await parts.onlineSales.channels(tx, row.providerId, row.siteId, selling.currency);
  await parts.publish(tx, {
    providerId: row.providerId,
    target: { scope: "site", siteId: row.siteId },
    kind: "site",
    key: "site",
    body: {
      siteId: row.siteId,
      name: row.name,
      ...(row.region === null ? {} : { region: row.region }),
      interimSeconds: seconds(row.interimSeconds),
      sellsOnline: selling.isOpen,
      autoLogIn: row.autoLogIn,
      paysBy: channels[0]?.paysBy ?? "phone", // older agents know one way to pay
      channels,
    },
  });
}

function columnsOf(site: Partial<SiteFields>) {
  const { name, address, note, region, district, latitude, longitude, interimSeconds, autoLogIn } = site;
  const place = { region, district, latitude, longitude };
  return { name, address, note, ...place, interimSeconds, autoLogIn };
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
    interimSeconds: row.interimSeconds,
    autoLogIn: row.autoLogIn,
  } satisfies SiteFields;
}
