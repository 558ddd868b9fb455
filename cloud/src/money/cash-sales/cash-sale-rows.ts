/**
 * Sales for cash at the sites. The site owns the sale and made its code; the hub knows it from the site's journal. What the hub decides
 * about it (it is worth nothing any more) goes to the site by the feed, and changes nothing of what was sold.
 */

import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

export type CashSaleRow = Selectable<Schema["cash_sales"]>;
type Named = Pick<CashSaleRow, "provider_id" | "site_id" | "sale_id">;

/** Two sites may give two sales one number, so the API's id names both. */
export const cashSaleId = ({ site_id: siteId, sale_id: saleId }: Pick<CashSaleRow, "site_id" | "sale_id">): string =>
  `${siteId}.${saleId}`;

/** Locked until the transaction ends. Throws a Problem 404. */
export async function lockCashSale(tx: Tx, providerId: string, id: string, field?: string): Promise<CashSaleRow> {
  const row = await saleOf(tx, providerId, id).forUpdate().executeTakeFirst();
  if (row === undefined) throw notFound("cash sale", field);
  return row;
}

/** Without a lock, for who only looks. Throws a Problem 404. */
export async function readCashSale(tx: Tx, providerId: string, id: string, field?: string): Promise<CashSaleRow> {
  const row = await saleOf(tx, providerId, id).executeTakeFirst();
  if (row === undefined) throw notFound("cash sale", field);
  return row;
}

function saleOf(tx: Tx, providerId: string, id: string) {
  const dot = id.indexOf(".");
  return tx
    .selectFrom("cash_sales")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("site_id", "=", id.slice(0, Math.max(0, dot)))
    .where("sale_id", "=", id.slice(dot + 1));
}

export interface SwitchParts {
  readonly world: World;
  readonly publish: Publish;
  readonly emit: Emit;
}

/** Off: its code is refused at the site, and what runs of it ends. On again: throws a Problem 409 where it was given back. */
export async function switchCashSale(parts: SwitchParts, tx: Tx, row: CashSaleRow, isOn: boolean): Promise<void> {
  const { provider_id: providerId, site_id: siteId, sale_id: saleId, grant_id: grantId } = row;
  if (isOn === (row.disabled_at_ms === null)) return;
  if (isOn) await refuseRefunded(tx, row);
  const nowMs = parts.world.clock.wall().atMs;
  await tx
    .updateTable("cash_sales")
    .set({ disabled_at_ms: isOn ? null : nowMs })
    .where("provider_id", "=", providerId)
    .where("site_id", "=", siteId)
    .where("sale_id", "=", saleId)
    .execute();
  const body = isOn ? null : { state: "disabled" as const, atMs: unixMs(nowMs) };
  const target = { scope: "site", siteId } as const;
  await parts.publish(tx, { providerId, target, kind: "cash-sale", key: grantId, body });
  await parts.emit(tx, providerId, { topic: "payment", id: cashSaleId(row), action: isOn ? "enabled" : "disabled" });
}

/** Their buyers were erased: the sales of these records stay, without whoever bought. */
export async function forgetBuyers(
  tx: Tx,
  providerId: string,
  records: readonly { readonly siteId: string; readonly epoch: string; readonly seq: number }[],
): Promise<void> {
  await sql`
    update cash_sales s set phone_sealed = null, phone_hash = null, phone_masked = null
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as f("siteId" text, epoch text, seq bigint)
    where s.provider_id = ${providerId} and s.site_id = f."siteId" and s.epoch = f.epoch and s.seq = f.seq
  `.execute(tx);
}

/** It was switched off after the back-up that was restored. @returns false: the hub knows no such sale of this site, or it is off */
export async function switchCashSaleOffAgain(
  parts: SwitchParts,
  tx: Tx,
  { providerId, siteId, grantId }: { readonly providerId: string; readonly siteId: string; readonly grantId: string },
): Promise<boolean> {
  const row = await tx
    .selectFrom("cash_sales")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("site_id", "=", siteId)
    .where("grant_id", "=", grantId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.disabled_at_ms !== null) return false;
  await switchCashSale(parts, tx, row, false);
  return true;
}

/** So much of its commission its seller keeps: the rest went back with the customer's money. The sale is locked. */
export async function setKeptCommission(
  tx: Tx,
  { provider_id: providerId, site_id: siteId, sale_id: saleId }: Named,
  commissionCents: number,
): Promise<void> {
  await tx
    .updateTable("cash_sales")
    .set({ commission_cents: commissionCents })
    .where("provider_id", "=", providerId)
    .where("site_id", "=", siteId)
    .where("sale_id", "=", saleId)
    .execute();
}

async function refuseRefunded(tx: Tx, row: CashSaleRow): Promise<void> {
  const refund = await tx
    .selectFrom("refunds")
    .select("refund_id")
    .where("provider_id", "=", row.provider_id)
    .where("cash_sale_id", "=", cashSaleId(row))
    .where("revoke", "=", true)
    .where("state", "not in", ["asked", "refused", "failed"])
    .executeTakeFirst();
  if (refund !== undefined) throw refusal("refunded");
}

export function sealCashSalePhone(envelope: Envelope, sale: Named, phone: string): Buffer {
  return envelope.seal(Buffer.from(phone), phoneContext(sale));
}

/** The customer's number, MSISDN; null: the seller typed none. */
export function cashSalePhone(envelope: Envelope, sale: Named & Pick<CashSaleRow, "phone_sealed">): string | null {
  return sale.phone_sealed === null ? null : envelope.open(sale.phone_sealed, phoneContext(sale)).toString("utf8");
}

const phoneContext = ({ provider_id: providerId, site_id: siteId, sale_id: saleId }: Named): string =>
  `cash-sale/${providerId}/${siteId}/${saleId}/phone`;
