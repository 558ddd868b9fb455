/** Providers (tenants) in the database and in the feed. */

import type { GuardRule } from "@karibu/protocol/codes/code-guard";
import { newId } from "@karibu/protocol/identifiers";
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Currency } from "../../ground/amounts/currencies.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";
import type { PayWindow } from "./pay-window.ts";

export type ProviderRow = Selectable<Schema["providers"]>;

export interface ProviderFields {
  readonly name: string;
  readonly currency: Currency;
  readonly locale: "en" | "sw";
  readonly utcOffsetMinutes: number;
  readonly supportPhone: string | null;
}

/** The bridge allowance: what a site may give when it can't ask which site holds the lease. */
const bridgeDefault = { bridge_seconds: 1800, bridge_data_bytes: 100_000_000 };

/** Only the row: `operations/provider-life/set-up-provider.ts` adds the owner and the plans. In a transaction of the platform. */
export async function insertProvider(
  world: World,
  publish: Publish,
  tx: Tx,
  provider: ProviderFields,
): Promise<ProviderRow> {
  const nowMs = world.clock.wall().atMs;
  const providerId = newId(world);
  const row = await tx
    .insertInto("providers")
    .values({
      provider_id: providerId,
      state: "active",
      ...columnsOf(provider),
      ...bridgeDefault,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await publishProvider(publish, tx, row);
  return row;
}

/** Plain numbers, as the API has them. */
type PayWindowFields = { readonly [Field in keyof PayWindow]: number };

export interface ProviderChange {
  readonly name?: string | undefined;
  readonly locale?: "en" | "sw" | undefined;
  /** Null: the portal speaks `locale`. */
  readonly portalLanguage?: string | null | undefined;
  readonly utcOffsetMinutes?: number | undefined;
  readonly supportPhone?: string | null | undefined;
  /** What customers read in place of the name; null: the name. */
  readonly shownName?: string | null | undefined;
  /** Whom letters are from; null: the hub's own name. */
  readonly mailName?: string | null | undefined;
  /** Null: none. */
  readonly subdomain?: string | null | undefined;
  readonly bridge?: { readonly seconds: number; readonly dataBytes: number } | undefined;
  /** Null: outages are no longer credited. */
  readonly outageCredit?: { readonly minSeconds: number; readonly maxSeconds: number } | null | undefined;
  readonly sellerSalesPerDay?: number | undefined;
  readonly sellsUnremembered?: boolean | undefined;
  readonly codeGuard?:
    | { readonly mayPause: boolean; readonly mayPin: boolean; readonly movesPerDay: number | null }
    | undefined;
  /** Null: who pays by card gets nothing meanwhile. */
  readonly payWindow?: PayWindowFields | null | undefined;
}

export async function updateProvider(
  world: World,
  publish: Publish,
  tx: Tx,
  providerId: string,
  change: ProviderChange,
): Promise<ProviderRow> {
  const { name, locale, bridge, outageCredit: credit } = change;
  const row = await tx
    .updateTable("providers")
    .set({
      subdomain: change.subdomain,
      name,
      locale,
      portal_language: change.portalLanguage,
      utc_offset_minutes: change.utcOffsetMinutes,
      support_phone: change.supportPhone,
      shown_name: change.shownName,
      mail_name: change.mailName,
      bridge_seconds: bridge?.seconds,
      bridge_data_bytes: bridge?.dataBytes,
      seller_sales_per_day: change.sellerSalesPerDay,
      sells_unremembered: change.sellsUnremembered,
      code_pause: change.codeGuard?.mayPause,
      code_pin: change.codeGuard?.mayPin,
      code_moves_per_day: change.codeGuard?.movesPerDay,
      ...(change.payWindow === undefined
        ? {}
        : { pay_window: change.payWindow === null ? null : json(change.payWindow as PayWindow) }),
      ...(credit === undefined
        ? {}
        : { outage_min_seconds: credit?.minSeconds ?? null, outage_max_seconds: credit?.maxSeconds ?? null }),
      updated_at_ms: world.clock.wall().atMs,
    })
    .where("provider_id", "=", providerId)
    .where("provider_id", "!=", platformProviderId)
    .where("state", "!=", "deleted")
    .returningAll()
    .executeTakeFirst()
    .catch(onCollision(subdomainTaken));
  if (row === undefined) throw notFound("provider");
  await publishProvider(publish, tx, row);
  return row;
}

/** Throws where there is no such provider. The platform is one too. */
export async function readProviderRow(tx: Tx, providerId: string): Promise<ProviderRow> {
  return tx.selectFrom("providers").selectAll().where("provider_id", "=", providerId).executeTakeFirstOrThrow();
}

/** What time it is at each of these, and what their prices are in. */
export async function readProviderTerms(
  tx: Tx,
  providerIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly utcOffsetMinutes: number; readonly currency: string }>> {
  const rows = await tx
    .selectFrom("providers")
    .select(["provider_id", "utc_offset_minutes", "currency"])
    .where(sql<boolean>`provider_id = any(${providerIds}::text[])`)
    .execute();
  return new Map(
    rows.map(({ provider_id, utc_offset_minutes: utcOffsetMinutes, currency }) => [
      provider_id,
      { utcOffsetMinutes, currency },
    ]),
  );
}

/** The names that a brand has of its own; null: none. */
export async function readBrandNames(
  tx: Tx,
  providerId: string,
): Promise<{ readonly name: string | null; readonly mailName: string | null }> {
  const { shown_name: name, mail_name: mailName } = await readProviderRow(tx, providerId);
  return { name, mailName };
}

function subdomainTaken(): Problem {
  return refusal("subdomain-taken", { field: "subdomain" });
}

/** How outages are credited; null: they are not. */
export function outageCreditOf(row: ProviderRow): { minSeconds: number; maxSeconds: number } | null {
  const { outage_min_seconds: minSeconds, outage_max_seconds: maxSeconds } = row;
  return minSeconds === null || maxSeconds === null ? null : { minSeconds, maxSeconds };
}

async function publishProvider(publish: Publish, tx: Tx, row: ProviderRow): Promise<void> {
  const credit = outageCreditOf(row);
  await publish(tx, {
    providerId: row.provider_id,
    target: { scope: "provider" },
    kind: "provider",
    key: "provider",
    body: {
      name: row.shown_name ?? row.name,
      currency: row.currency,
      locale: row.locale,
      ...(row.portal_language === null ? {} : { portalLanguage: row.portal_language }),
      utcOffsetMinutes: row.utc_offset_minutes,
      supportPhone: row.support_phone,
      bridge: { seconds: seconds(row.bridge_seconds), dataBytes: bytes(row.bridge_data_bytes) },
      sellerSalesPerDay: row.seller_sales_per_day,
      ...(row.sells_unremembered ? { sellsUnremembered: true } : {}),
      ...codeGuardOf(row),
      customerPage: `/my/${row.provider_id}/`,
      ...(row.pay_window === null ? {} : { payWindow: row.pay_window }),
      ...(credit === null
        ? {}
        : { outageCredit: { minSeconds: seconds(credit.minSeconds), maxSeconds: seconds(credit.maxSeconds) } }),
    },
  });
}

/** Nothing, where customers may do nothing and codes move as they like. */
function codeGuardOf(row: ProviderRow): { codeGuard?: GuardRule } {
  const { code_pause: mayPause, code_pin: mayPin, code_moves_per_day: movesPerDay } = row;
  if (!mayPause && !mayPin && movesPerDay === null) return {};
  return { codeGuard: { mayPause, mayPin, ...(movesPerDay === null ? {} : { movesPerDay }) } };
}

function columnsOf({ name, currency, locale, utcOffsetMinutes, supportPhone }: ProviderFields) {
  return { name, currency, locale, utc_offset_minutes: utcOffsetMinutes, support_phone: supportPhone };
}
