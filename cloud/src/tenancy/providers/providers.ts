/** Providers (tenants) in the database and in the feed. */

import type { GuardRule } from "@karibu/protocol/codes/code-guard";
import { newId } from "@karibu/protocol/identifiers";
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, type Selectable, sql } from "kysely";
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
const bridgeDefault = { bridgeSeconds: 1800, bridgeDataBytes: 100_000_000 };

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
      providerId,
      state: "active",
      ...columnsOf(provider),
      ...bridgeDefault,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
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
      portalLanguage: change.portalLanguage,
      utcOffsetMinutes: change.utcOffsetMinutes,
      supportPhone: change.supportPhone,
      shownName: change.shownName,
      mailName: change.mailName,
      bridgeSeconds: bridge?.seconds,
      bridgeDataBytes: bridge?.dataBytes,
      sellerSalesPerDay: change.sellerSalesPerDay,
      sellsUnremembered: change.sellsUnremembered,
      codePause: change.codeGuard?.mayPause,
      codePin: change.codeGuard?.mayPin,
      codeMovesPerDay: change.codeGuard?.movesPerDay,
      ...(change.payWindow === undefined
        ? {}
        : { payWindow: change.payWindow === null ? null : json(change.payWindow as PayWindow) }),
      ...(credit === undefined
        ? {}
        : { outageMinSeconds: credit?.minSeconds ?? null, outageMaxSeconds: credit?.maxSeconds ?? null }),
      updatedAtMs: world.clock.wall().atMs,
    })
    .where("providerId", "=", providerId)
    .where("providerId", "!=", platformProviderId)
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
  return tx.selectFrom("providers").selectAll().where("providerId", "=", providerId).executeTakeFirstOrThrow();
}

/** The one with this id, else with this subdomain, unless it is deleted. */
export async function findProvider(tx: Tx, name: string): Promise<ProviderRow | undefined> {
  const rows = await tx
    .selectFrom("providers")
    .selectAll()
    .where((is) => is.or([is("providerId", "=", name), is("subdomain", "=", name)]))
    .where("state", "!=", "deleted")
    .execute();
  return rows.find(({ providerId }) => providerId === name) ?? rows[0];
}

/** The name of the provider of a row. @param table the table, or its other name, that has `provider_id` */
export const providerNameOf = (table: string): RawBuilder<string> =>
  sql`(select name from providers where providers.provider_id = ${sql.ref(`${table}.providerId`)})`;

/** What time it is at each of these, and what their prices are in. */
export async function readProviderTerms(
  tx: Tx,
  providerIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly utcOffsetMinutes: number; readonly currency: string }>> {
  const rows = await tx
    .selectFrom("providers")
    .select(["providerId", "utcOffsetMinutes", "currency"])
    .where(sql<boolean>`provider_id = any(${providerIds}::text[])`)
    .execute();
  return new Map(
    rows.map(({ providerId, utcOffsetMinutes, currency }) => [providerId, { utcOffsetMinutes, currency }]),
  );
}

/** The names that a brand has of its own; null: none. */
export async function readBrandNames(
  tx: Tx,
  providerId: string,
): Promise<{ readonly name: string | null; readonly mailName: string | null }> {
  const { shownName: name, mailName } = await readProviderRow(tx, providerId);
  return { name, mailName };
}

function subdomainTaken(): Problem {
  return refusal("subdomain-taken", { field: "subdomain" });
}

/** How outages are credited; null: they are not. */
export function outageCreditOf(row: ProviderRow): { minSeconds: number; maxSeconds: number } | null {
  const { outageMinSeconds: minSeconds, outageMaxSeconds: maxSeconds } = row;
  return minSeconds === null || maxSeconds === null ? null : { minSeconds, maxSeconds };
}

async function publishProvider(publish: Publish, tx: Tx, row: ProviderRow): Promise<void> {
  const credit = outageCreditOf(row);
  await publish(tx, {
    providerId: row.providerId,
    target: { scope: "provider" },
    kind: "provider",
    key: "provider",
    body: {
      name: row.shownName ?? row.name,
      currency: row.currency,
      locale: row.locale,
      ...(row.portalLanguage === null ? {} : { portalLanguage: row.portalLanguage }),
      utcOffsetMinutes: row.utcOffsetMinutes,
      supportPhone: row.supportPhone,
      bridge: { seconds: seconds(row.bridgeSeconds), dataBytes: bytes(row.bridgeDataBytes) },
      sellerSalesPerDay: row.sellerSalesPerDay,
      ...(row.sellsUnremembered ? { sellsUnremembered: true } : {}),
      ...codeGuardOf(row),
      customerPage: `/my/${row.providerId}/`,
      ...(row.payWindow === null ? {} : { payWindow: row.payWindow }),
      ...(credit === null
        ? {}
        : { outageCredit: { minSeconds: seconds(credit.minSeconds), maxSeconds: seconds(credit.maxSeconds) } }),
    },
  });
}

/** Nothing, where customers may do nothing and codes move as they like. */
function codeGuardOf(row: ProviderRow): { codeGuard?: GuardRule } {
  const { codePause: mayPause, codePin: mayPin, codeMovesPerDay: movesPerDay } = row;
  if (!mayPause && !mayPin && movesPerDay === null) return {};
  return { codeGuard: { mayPause, mayPin, ...(movesPerDay === null ? {} : { movesPerDay }) } };
}

function columnsOf({ name, currency, locale, utcOffsetMinutes, supportPhone }: ProviderFields) {
  return { name, currency, locale, utcOffsetMinutes, supportPhone };
}

/** Do customers learn whom they may call? As a column. */
export const hasSupportPhone = (providerId: string): RawBuilder<boolean> =>
  sql`exists (select from providers where provider_id = ${providerId} and support_phone is not null)`;

/** To go on with. */
export const selectProvider = (tx: Tx, providerId: string) =>
  tx.selectFrom("providers").where("providers.providerId", "=", providerId);
