/**
 * Sales for cash at the sites. The site owns the sale and made its code; the hub knows it from the site's journal. What the hub decides
 * about it (it is worth nothing any more) goes to the site by the feed, and changes nothing of what was sold.
 */

import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

export type CashSaleRow = Selectable<Schema["cash_sales"]>;
type Named = Pick<CashSaleRow, "providerId" | "siteId" | "saleId">;

/** Two sites may give two sales one number, so the API's id names both. */
export const cashSaleId = ({ siteId, saleId }: Pick<CashSaleRow, "siteId" | "saleId">): string => `${siteId}.${saleId}`;

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
    .where("providerId", "=", providerId)
    .where("siteId", "=", id.slice(0, Math.max(0, dot)))
    .where("saleId", "=", id.slice(dot + 1));
}

export interface SwitchParts {
  readonly world: World;
  readonly publish: Publish;
  readonly emit: Emit;
}

/** Off: its code is refused at the site, and what runs of it ends. On again: throws a Problem 409 where it was given back. */
export async function switchCashSale(parts: SwitchParts, tx: Tx, row: CashSaleRow, isOn: boolean): Promise<void> {
  const { providerId, siteId, saleId, grantId } = row;
  if (isOn === (row.disabledAtMs === null)) return;
  if (isOn) await refuseRefunded(tx, row);
  const nowMs = parts.world.clock.wall().atMs;
  await tx
    .updateTable("cash_sales")
    .set({ disabledAtMs: isOn ? null : nowMs })
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("saleId", "=", saleId)
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
    from ${recordset("f", records, { siteId: "text", epoch: "text", seq: "bigint" })}
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
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("grantId", "=", grantId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.disabledAtMs !== null) return false;
  await switchCashSale(parts, tx, row, false);
  return true;
}

/** So much of its commission its seller keeps: the rest went back with the customer's money. The sale is locked. */
export async function setKeptCommission(
  tx: Tx,
  { providerId, siteId, saleId }: Named,
  commissionCents: number,
): Promise<void> {
  await tx
    .updateTable("cash_sales")
    .set({ commissionCents })
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("saleId", "=", saleId)
    .execute();
}

async function refuseRefunded(tx: Tx, row: CashSaleRow): Promise<void> {
  const refund = await tx
    .selectFrom("refunds")
    .select("refundId")
    .where("providerId", "=", row.providerId)
    .where("cashSaleId", "=", cashSaleId(row))
    .where("revoke", "=", true)
    .where("state", "not in", ["asked", "refused", "failed"])
    .executeTakeFirst();
  if (refund !== undefined) throw refusal("refunded");
}

export function sealCashSalePhone(envelope: Envelope, sale: Named, phone: string): Buffer {
  return envelope.seal(Buffer.from(phone), phoneContext(sale));
}

/** The customer's number, MSISDN; null: the seller typed none. */
export function cashSalePhone(envelope: Envelope, sale: Named & Pick<CashSaleRow, "phoneSealed">): string | null {
  return sale.phoneSealed === null ? null : envelope.open(sale.phoneSealed, phoneContext(sale)).toString("utf8");
}

const phoneContext = ({ providerId, siteId, saleId }: Named): string =>
  `cash-sale/${providerId}/${siteId}/${saleId}/phone`;
