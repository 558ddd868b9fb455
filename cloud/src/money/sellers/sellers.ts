/**
 * Sellers: people who sell for cash at the sites themselves, by name and PIN, hub or no hub. Each site gets a row per seller
 * with the PIN's hash and the limit of the cash that may be out there; what they sold comes back by the journal.
 */

import { newId } from "@karibu/protocol/identifiers";
import { cents } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { readSite } from "../../fleet/sites/sites.ts";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, type Problem, refusal, wrongField } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { HashedPin } from "./pin.ts";

export interface SellerParts {
  readonly world: World;
  readonly publish: Publish;
  readonly envelope: Envelope;
}

export type SellerRow = Selectable<Schema["sellers"]>;

export interface SellerFields {
  readonly name: string;
  readonly commissionPermille: number;
  readonly active: boolean;
  /** `floatCents`: cash that may be out at that site at once; null: no limit. Each site judges alone, so each has its own. */
  readonly sites: readonly { readonly siteId: string; readonly floatCents: number | null }[];
}

/** What a commission was before it was changed. */
export interface EarlierRate {
  readonly untilMs: number;
  readonly permille: number;
}

/** How a seller stands at a site. What is owed is what was sold there, less the commission and what was handed in. */
export interface SellerAtSite {
  readonly siteId: string;
  readonly active: boolean;
  readonly floatCents: number | null;
  readonly soldCents: number;
  readonly commissionCents: number;
  readonly handedInCents: number;
  /** Below zero: paid ahead. */
  readonly owedCents: number;
  /** What was sold in others than the provider's currency, with the commission. No part of the sums above: it can't be handed in. */
  readonly otherCurrencies: readonly { readonly currency: string; readonly soldCents: number }[];
}

/** Throws Problems that name the field. */
export async function insertSeller(
  parts: SellerParts,
  tx: Tx,
  providerId: string,
  fields: SellerFields & { readonly pin: HashedPin },
): Promise<string> {
  const { world, envelope } = parts;
  const sellerId = newId(world);
  const nowMs = world.clock.wall().atMs;
  await refuseTaken(tx, fields.name, sellerId);
  await tx
    .insertInto("sellers")
    .values({
      providerId,
      sellerId,
      name: fields.name,
      nameKey: nameKey(fields.name),
      pinSealed: sealed(envelope, { providerId, sellerId }, fields.pin),
      commissionPermille: fields.commissionPermille,
      active: fields.active,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .execute()
    .catch(onCollision(nameTaken));
  await setSites(tx, providerId, sellerId, fields.sites);
  await publishSeller(parts, tx, sellerId);
  return sellerId;
}

/** What is left out stays; `sites` are all of them. */
export async function updateSeller(
  parts: SellerParts,
  tx: Tx,
  sellerId: string,
  change: { readonly [Field in keyof SellerFields]?: SellerFields[Field] | undefined } & {
    readonly pin?: HashedPin | undefined;
  },
): Promise<void> {
  const old = await readSeller(tx, sellerId);
  const { name, commissionPermille, active, sites, pin } = change;
  const nowMs = parts.world.clock.wall().atMs;
  if (name !== undefined) await refuseTaken(tx, name, sellerId);
  await tx
    .updateTable("sellers")
    .set({
      ...(name === undefined ? {} : { name, nameKey: nameKey(name) }),
      ...(commissionPermille === undefined ? {} : { commissionPermille, ...rateBefore(commissionPermille, nowMs) }),
      active,
      updatedAtMs: nowMs,
      ...(pin === undefined ? {} : { pinSealed: sealed(parts.envelope, old, pin) }),
    })
    .where("sellerId", "=", sellerId)
    .execute()
    .catch(onCollision(nameTaken));
  if (sites !== undefined) await setSites(tx, old.providerId, sellerId, sites);
  await publishSeller(parts, tx, sellerId);
}

/** A sale of before the change keeps the rate that its seller was promised. */
const rateBefore = (permille: number, nowMs: number) => ({
  earlierRates: sql<never>`case when commission_permille = ${permille} then earlier_rates
    else earlier_rates || jsonb_build_object('untilMs', ${nowMs}::bigint, 'permille', commission_permille) end`,
});

/** @param isLocked until the transaction ends: before what is read of how they stand, and before their sites */
export async function readSeller(tx: Tx, sellerId: string, isLocked = false): Promise<SellerRow> {
  let rows = tx.selectFrom("sellers").selectAll().where("sellerId", "=", sellerId);
  if (isLocked) rows = rows.forNoKeyUpdate();
  const row = await rows.executeTakeFirst();
  if (row === undefined) throw notFound("seller");
  return row;
}

/** By seller, for several at once. Sites they have left are there as long as something is owed there. */
export async function readStandings(tx: Tx, sellerIds: readonly string[]): Promise<Map<string, SellerAtSite[]>> {
  const everywhere = await readAllStandings(tx, sellerIds);
  return new Map(
    [...everywhere].map(([sellerId, sites]) => [
      sellerId,
      sites.filter(({ active, owedCents }) => active || owedCents !== 0),
    ]),
  );
}

/** As `readStandings`, with each site that they ever sold at. */
export async function readAllStandings(tx: Tx, sellerIds: readonly string[]): Promise<Map<string, SellerAtSite[]>> {
  const { rows } = await sql<{
    sellerId: string;
    siteId: string;
    active: boolean;
    floatCents: number | null;
    handedInCents: number;
    providerId: string;
    currency: string | null;
    soldCents: number;
    commissionCents: number;
  }>`
    select s.provider_id, s.seller_id, s.site_id, s.active, s.float_cents, s.handed_in_cents, c.currency,
      ${bounded(sql`coalesce(sum(c.price_cents), 0)`)} as sold_cents, ${bounded(sql`coalesce(sum(c.commission_cents), 0)`)} as commission_cents
    from seller_sites s left join cash_sales c
      on c.provider_id = s.provider_id and c.seller_id = s.seller_id and c.site_id = s.site_id
    where s.seller_id in (select jsonb_array_elements_text(${JSON.stringify(sellerIds)}::jsonb))
    group by s.provider_id, s.seller_id, s.site_id, c.currency order by s.seller_id, s.site_id, c.currency`.execute(tx);
  const standings = new Map<string, SellerAtSite[]>(sellerIds.map((sellerId) => [sellerId, []]));
  const [first] = rows;
  const own = first === undefined ? null : await currencyOfProvider(tx, first.providerId);
  for (const atSite of Map.groupBy(rows, (row) => `${row.sellerId}/${row.siteId}`).values()) {
    const { sellerId, siteId, active, ...row } = atSite[0] as (typeof rows)[number];
    const inOwn = atSite.find(({ currency }) => currency === own);
    const [soldCents, commissionCents] = [Number(inOwn?.soldCents ?? 0), Number(inOwn?.commissionCents ?? 0)];
    const { floatCents, handedInCents } = row;
    const owedCents = soldCents - commissionCents - handedInCents;
    const otherCurrencies = atSite.flatMap(({ currency, soldCents }) =>
      currency === null || currency === own ? [] : [{ currency, soldCents: Number(soldCents) }],
    );
    const sums = { soldCents, commissionCents, handedInCents, owedCents, otherCurrencies };
    standings.get(sellerId)?.push({ siteId, active, floatCents, ...sums });
  }
  return standings;
}

/**
 * Tells each site of the seller how they stand now; a site they left forgets them. In the transaction of the cause. Who tells of a seller waits for
 * whoever does: else the one who read less might tell it last.
 * @param at only this site
 */
export async function publishSeller(
  { publish, envelope }: SellerParts,
  tx: Tx,
  sellerId: string,
  at: string | null = null,
): Promise<void> {
  const seller = await readSeller(tx, sellerId, true);
  const { hash, salt } = pinOf(envelope, seller);
  const sites = await tx
    .selectFrom("seller_sites")
    .selectAll()
    .where("sellerId", "=", sellerId)
    .$if(at !== null, (is) => is.where("siteId", "=", at as string))
    .execute();
  const standings = (await readStandings(tx, [sellerId])).get(sellerId) ?? [];
  // In one order, so that two changes at once wait for each other instead of deadlocking on the sites' feeds.
  for (const site of sites.toSorted((one, other) => (one.siteId < other.siteId ? -1 : 1))) {
    const commission = standings.find(({ siteId }) => siteId === site.siteId)?.commissionCents ?? 0;
    await publish(tx, {
      providerId: seller.providerId,
      target: { scope: "site", siteId: site.siteId },
      kind: "seller",
      key: sellerId,
      body: !site.active
        ? null
        : {
            sellerId,
            name: seller.name,
            pinHash: hash,
            pinSalt: salt,
            active: seller.active,
            floatCents: site.floatCents === null ? null : cents(site.floatCents),
            settledCents: cents(site.handedInCents + commission),
          },
    });
  }
}

/** For who changes how a seller stands from another room. Of one whom nobody here knows there is nothing to tell. */
export function standingSellers(parts: SellerParts) {
  const isKnown = async (tx: Tx, sellerId: string): Promise<boolean> => {
    const seller = tx.selectFrom("sellers").select("sellerId").where("sellerId", "=", sellerId);
    return (await seller.forNoKeyUpdate().executeTakeFirst()) !== undefined;
  };
  return {
    hold: async (tx: Tx, sellerId: string): Promise<void> => void (await isKnown(tx, sellerId)),
    async tell(tx: Tx, sellerId: string, siteId: string): Promise<void> {
      if (await isKnown(tx, sellerId)) await publishSeller(parts, tx, sellerId, siteId);
    },
  };
}

async function setSites(tx: Tx, providerId: string, sellerId: string, sites: SellerFields["sites"]): Promise<void> {
  const wanted = new Map(sites.map((site) => [site.siteId, site]));
  if (wanted.size < sites.length) throw wrongField("sites", "twice");
  for (const siteId of wanted.keys()) await readSite(tx, siteId, "sites");
  await tx.updateTable("seller_sites").set({ active: false }).where("sellerId", "=", sellerId).execute();
  for (const { siteId, floatCents } of wanted.values())
    await tx
      .insertInto("seller_sites")
      .values({
        providerId,
        sellerId,
        siteId,
        active: true,
        floatCents,
      })
      .onConflict((on) => on.columns(["providerId", "sellerId", "siteId"]).doUpdateSet({ active: true, floatCents }))
      .execute();
}

async function refuseTaken(tx: Tx, name: string, mine: string): Promise<void> {
  const other = await tx
    .selectFrom("sellers")
    .select("sellerId")
    .where("nameKey", "=", nameKey(name))
    .where("sellerId", "!=", mine)
    .executeTakeFirst();
  if (other !== undefined) throw nameTaken();
}

function nameTaken(): Problem {
  return refusal("name-taken", { field: "name" });
}

/** As a site compares names (`sellerName` of the agent). */
function nameKey(name: string): string {
  return name.trim().replace(/\s+/g, " ").toLowerCase();
}

function sealed(envelope: Envelope, row: Pick<SellerRow, "providerId" | "sellerId">, pin: HashedPin): Buffer {
  return envelope.seal(Buffer.from(JSON.stringify(pin)), contextOf(row));
}

function pinOf(envelope: Envelope, row: SellerRow): HashedPin {
  return JSON.parse(envelope.open(row.pinSealed, contextOf(row)).toString()) as HashedPin;
}

function contextOf(row: Pick<SellerRow, "providerId" | "sellerId">): string {
  return `seller/${row.providerId}/${row.sellerId}`;
}
