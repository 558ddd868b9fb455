/**
 * `GET /api/v1/reports/double-use`: vouchers and bought grants that sites gave without knowing whether they were used before, because
 * they could ask nobody: without the lease, or after they had lost their memory. Which code, where, how much, its cost. Newest first.
 */

import {
  bridgeId,
  kindOfGrant,
  voucherBridgeId,
  voucherGrantId,
  voucherRefOf,
  wholeOrBridgePattern,
} from "@karibu/protocol/grant-id";
import type { Terms } from "@karibu/protocol/plan";
import { bytes } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { z } from "zod";
import { allSiteNames } from "../../fleet/sites/site-names.ts";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { type ListQuery, listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readGrantLease } from "../grants/held-grant.ts";
import { grantUse } from "../sessions/grant-use.ts";
import { readBatch } from "../vouchers/batches.ts";
import { readCodes } from "../vouchers/vouchers.ts";
import { bridgeCostCents } from "./bridge-cost.ts";

const useView = z.object({
  siteId: z.string(),
  siteName: z.string(),
  /**
   * `whole`: this site held the lease. `bridge`: it did not, and gave the allowance. `again`: it had given it before, and had forgotten.
   * `unremembered`: it had lost its memory, and the provider lets such codes go on; nobody knows of an earlier use.
   */
  given: z.enum(["whole", "bridge", "again", "unremembered"]),
  startedAtMs: z.number().int(),
  usedBytes: z.number().int(),
  usedSeconds: z.number().int(),
  /** The part of the voucher's price that this use is worth; 0 for the whole. */
  costCents: z.number().int(),
});

export const doubleUseView = z.object({
  /** `other`: a cash sale, an account, or a line of a site file. */
  kind: z.enum(["voucher", "purchase", "other"]),
  /** Of all but vouchers: its grant. */
  voucherId: z.string(),
  /** Of a purchase: its receipt; empty while there is none. */
  code: z.string(),
  planName: z.string(),
  priceCents: z.number().int(),
  currency: z.string(),
  /** The site that holds the lease now. */
  leaseSiteId: z.string().nullable(),
  leaseSiteName: z.string().nullable(),
  lastBridgeAtMs: z.number().int(),
  costCents: z.number().int(),
  uses: z.array(useView),
});

const list = listOf({
  sort: { at: { by: sql.ref("lastAtMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("voucher")],
  search: [sql.ref("planName")],
});

export function doubleUseRoutes(envelope: Envelope) {
  return [
    route({
      method: "GET",
      path: "/api/v1/reports/double-use",
      summary: "Codes that sites gave without knowing whether they were used before: where, how much, and the cost",
      permission: "reports.read",
      // A row whose voucher is gone is left out: what is counted would not be what is shown.
      query: list.query.omit({ count: true }),
      response: pageOf(doubleUseView),
      handle: ({ query, providerId, transact }) => transact((tx) => readDoubleUse(tx, envelope, providerId, query)),
    }),
  ];
}

interface Bridged {
  readonly voucher: string;
  readonly planName: string;
  readonly lastAtMs: number;
}

/** Of all sites, deleted ones too. */
type Names = ReadonlyMap<string, string>;

interface Around {
  readonly names: Names;
  /** The provider's. */
  readonly currency: string;
}

async function readDoubleUse(tx: Tx, envelope: Envelope, providerId: string, query: ListQuery) {
  const uses = tx
    .selectFrom("grant_starts")
    .select(["grantId", "planName", "startedAtMs"])
    .where("bridge", "=", true)
    .unionAll(
      tx.selectFrom("grant_starts").select(["grantId", "planName", "startedAtMs"]).where("unremembered", "=", true),
    )
    .unionAll(tx.selectFrom("repeated_starts").select(["grantId", "planName", "startedAtMs"]));
  const bridged = tx
    .selectFrom(uses.as("uses"))
    // A voucher and its bridge are one, and so are a bought grant and its bridge.
    .select(sql<string>`regexp_replace(grant_id, ${wholeOrBridgePattern}, '')`.as("voucher"))
    .select(sql<string>`min(plan_name)`.as("planName"))
    .select(sql<number>`max(started_at_ms)`.as("lastAtMs"))
    .groupBy(sql`1`);
  const page = await list.page(tx.selectFrom(bridged.as("bridged")).selectAll(), query, (row): Bridged => row);
  const around = {
    names: await allSiteNames(tx, providerId),
    currency: await currencyOfProvider(tx, providerId),
  };
  const items: z.input<typeof doubleUseView>[] = [];
  for (const row of page.items) {
    const item = await describe(tx, envelope, around, row);
    if (item !== null) items.push(item);
  }
  return { items, nextCursor: page.nextCursor };
}

async function describe(tx: Tx, envelope: Envelope, around: Around, row: Bridged) {
  const { names } = around;
  const { voucher, lastAtMs: lastBridgeAtMs } = row;
  const place = kindOfGrant(voucher) === "purchase" ? voucherRefOf(bridgeId(voucher)) : null;
  if (place === null)
    return (await describePurchase(tx, around, voucher, lastBridgeAtMs)) ?? (await describeOther(tx, around, row));
  const { batchId, serial } = place;
  const batch = await readBatch(tx, batchId).catch(() => null);
  if (batch === null) return null;
  const lease = await tx
    .selectFrom("voucher_leases")
    .select("siteId")
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .executeTakeFirst();
  const leaseSiteId = lease?.siteId ?? batch.homeSiteId;
  const grantIds = [voucherGrantId(place), voucherBridgeId(place)];
  const uses = await usesOf(tx, names, { terms: batch.terms, priceCents: batch.priceCents, grantIds });
  return {
    kind: "voucher" as const,
    voucherId: `${batchId}.${serial}`,
    code: (await readCodes(envelope, tx, [{ batch, serial }]))(batchId, serial),
    planName: batch.planName,
    priceCents: batch.priceCents,
    currency: batch.currency,
    leaseSiteId,
    leaseSiteName: leaseSiteId === null ? null : (names.get(leaseSiteId) ?? ""),
    lastBridgeAtMs,
    costCents: uses.reduce((sum, use) => sum + use.costCents, 0),
    uses,
  };
}

/** A cash sale, an account or a line of a site file: the hub has no price of it here. */
async function describeOther(
  tx: Tx,
  { names, currency }: Around,
  { voucher, planName, lastAtMs: lastBridgeAtMs }: Bridged,
) {
  const grantIds = [voucher, bridgeId(voucher)];
  const uses = (await readUses(tx, grantIds)).map((use) => viewOfUse(names, use, 0));
  const of = {
    kind: "other" as const,
    voucherId: voucher,
    code: "",
    planName,
    priceCents: 0,
    currency,
  };
  return { ...of, leaseSiteId: null, leaseSiteName: null, lastBridgeAtMs, costCents: 0, uses };
}

/** Null: not a purchase. */
async function describePurchase(tx: Tx, { names, currency }: Around, grantId: string, lastBridgeAtMs: number) {
  const grant = await tx
    .selectFrom("grants")
    .leftJoin("purchases", (join) =>
      join
        .onRef("purchases.providerId", "=", "grants.providerId")
        .onRef("purchases.purchaseId", "=", "grants.purchaseId"),
    )
    .selectAll("grants")
    .select(["purchases.receipt", "purchases.amountCents"])
    .where("grants.grantId", "=", grantId)
    .executeTakeFirst();
  if (grant === undefined) return null;
  const lease = await readGrantLease(tx, grantId);
  const leaseIds = Array.from({ length: lease?.number ?? 0 }, (_, at) => `${grantId}.${at + 1}`);
  const priceCents = grant.amountCents ?? 0;
  const grantIds = [grantId, ...leaseIds, bridgeId(grantId)];
  const uses = await usesOf(tx, names, { terms: grant.terms, priceCents, grantIds });
  const leaseSiteId = lease?.siteId ?? grant.siteId;
  return {
    kind: "purchase" as const,
    voucherId: grantId,
    code: grant.receipt ?? "",
    planName: grant.planName,
    priceCents,
    currency,
    leaseSiteId,
    leaseSiteName: names.get(leaseSiteId) ?? "",
    lastBridgeAtMs,
    costCents: uses.reduce((sum, use) => sum + use.costCents, 0),
    uses,
  };
}

/** What each site gave of it, under any grant id, and the cost of the bridges. */
async function usesOf(
  tx: Tx,
  names: Names,
  of: { readonly terms: Terms; readonly priceCents: number; readonly grantIds: readonly string[] },
) {
  return (await readUses(tx, of.grantIds)).map((use) => {
    const used = { bytes: bytes(use.usedBytes), seconds: use.usedSeconds };
    const isExtra = use.given === "bridge" || use.given === "again";
    return viewOfUse(names, use, isExtra ? bridgeCostCents(of.terms, of.priceCents, used) : 0);
  });
}

function viewOfUse(names: Names, use: UseRow, costCents: number): z.input<typeof useView> {
  return {
    siteId: use.siteId,
    siteName: names.get(use.siteId) ?? "",
    startedAtMs: use.startedAtMs,
    given: use.given,
    usedBytes: use.usedBytes,
    usedSeconds: use.usedSeconds,
    costCents,
  };
}

interface UseRow {
  readonly siteId: string;
  readonly given: z.output<typeof useView>["given"];
  readonly startedAtMs: number;
  readonly usedBytes: number;
  readonly usedSeconds: number;
}

/** Sessions count for the use that they began in: a second use at a site follows the first. */
async function readUses(tx: Tx, grantIds: readonly string[]): Promise<UseRow[]> {
  const { rows } = await sql<UseRow>`
    with starts as (
      select provider_id, grant_id, site_id, started_at_ms,
        case when bridge then 'bridge' when unremembered then 'unremembered' else 'whole' end as given, true as is_first
      from grant_starts where grant_id in (${sql.join(grantIds)})
      union all
      select provider_id, grant_id, site_id, started_at_ms, 'again', false
      from repeated_starts where grant_id in (${sql.join(grantIds)})
    ), uses as (
      select *, lead(started_at_ms) over (partition by provider_id, grant_id, site_id order by is_first desc, started_at_ms) as next_ms
      from starts
    )
    select g.site_id, g.given, g.started_at_ms,
      ${bounded(sql`greatest(sum(s.used_bytes), 0)`)} as used_bytes,
      ${bounded(sql`coalesce(sum(s.online_seconds), 0)`)} as used_seconds
    from uses g
    left join ${grantUse} s on s.provider_id = g.provider_id and s.grant_id = g.grant_id and s.site_id = g.site_id
      and (g.is_first or s.begun_at_ms >= g.started_at_ms) and (g.next_ms is null or s.begun_at_ms < g.next_ms)
    group by g.provider_id, g.grant_id, g.site_id, g.started_at_ms, g.given
    order by g.started_at_ms, g.site_id
  `.execute(tx);
  return rows;
}
