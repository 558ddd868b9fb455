/** What is known of vouchers beside what their batch says: what sites reported, what was sold, refunded or switched off. */
import { sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { endAsItStands } from "../grants/paused-time.ts";
import { grantUse } from "../sessions/grant-use.ts";
import type { BatchRow } from "./batches.ts";
import { statesOff } from "./voucher-exceptions.ts";

/** A voucher's place: its batch and serial, before it is joined with any event. */
export interface Place {
  readonly batch: BatchRow;
  readonly serial: number;
}

export const idAt = ({ batch, serial }: Place): string => `${batch.batchId}.${serial}`;

/** Of one voucher. */
export interface VoucherFacts {
  readonly isSwitchedOff: boolean;
  readonly isSold: boolean;
  /** Null: nothing of it was refunded, or is on its way. */
  readonly refundedCents: number | null;
  /** Null: nobody has used it yet. */
  readonly firstUse: FirstUse | null;
  /** Of the grant of its first use. */
  readonly used: { readonly usedBytes: number; readonly usedSeconds: number };
}

type FirstUse = Awaited<ReturnType<typeof readUsesLastFirst>>[number];

/** Of the vouchers at these places, with as many queries as for one. Pure once it resolved. */
export async function readVoucherFacts(tx: Tx, places: readonly Place[]): Promise<(place: Place) => VoucherFacts> {
  // Every serial of the page in every batch of the page: more than needed, but no row is read twice.
  const rows: Rows = {
    batchIds: [...new Set(places.map(({ batch }) => batch.batchId))],
    serials: [...new Set(places.map(({ serial }) => serial))],
  };
  const ids = new Set(places.map(idAt));
  const switchedOff = await readSwitchedOff(tx, rows);
  const uses = (await readUsesLastFirst(tx, rows)).filter((use) => ids.has(idOf(use)));
  const firstUses = new Map(uses.map((use) => [idOf(use), use]));
  const refunded = await refundedCentsOf(tx, [...ids]);
  const sold = await readSold(tx, rows);
  const usages = await readUsages(
    tx,
    [...firstUses.values()].map(({ grantId }) => grantId),
  );
  return (place) => {
    const id = idAt(place);
    const firstUse = firstUses.get(id) ?? null;
    return {
      isSwitchedOff: switchedOff.has(id),
      isSold: sold.has(id),
      refundedCents: refunded.get(id) ?? null,
      firstUse,
      used: (firstUse && usages.get(firstUse.grantId)) ?? { usedBytes: 0, usedSeconds: 0 },
    };
  };
}

interface Rows {
  readonly batchIds: readonly string[];
  readonly serials: readonly number[];
}

const idOf = ({ batchId, serial }: { readonly batchId: string; readonly serial: number }) => `${batchId}.${serial}`;

async function readSwitchedOff(tx: Tx, { batchIds, serials }: Rows): Promise<ReadonlySet<string>> {
  const exceptions = await tx
    .selectFrom("voucher_exceptions")
    .select(["batchId", "serial"])
    .where("batchId", "in", batchIds)
    .where("serial", "in", serials)
    .where("state", "in", statesOff)
    .execute();
  return new Set(exceptions.map(idOf));
}

/** In this order the first use of each is what remains in a map. */
function readUsesLastFirst(tx: Tx, { batchIds, serials }: Rows) {
  return tx
    .selectFrom("voucher_redemptions as redemption")
    .leftJoin("grant_starts as start", (join) =>
      join
        .onRef("start.providerId", "=", "redemption.providerId")
        .onRef("start.grantId", "=", "redemption.grantId")
        .onRef("start.siteId", "=", "redemption.siteId"),
    )
    .select([
      "redemption.batchId",
      "redemption.serial",
      "redemption.siteId",
      "redemption.grantId",
      "start.startedAtMs",
      "start.endsAtMs",
      endAsItStands("start").as("overAtMs"),
    ])
    .where("redemption.batchId", "in", batchIds)
    .where("redemption.serial", "in", serials)
    .orderBy("start.startedAtMs", "desc")
    .execute();
}

/** What was refunded of each, or is on its way; those of which nothing was are left out. */
export async function refundedCentsOf(tx: Tx, voucherIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom("refunds")
    .select(["voucherId", bounded(sql`sum(amount_cents)`).as("cents")])
    .where("voucherId", "in", voucherIds)
    .where("state", "not in", ["asked", "refused", "failed"])
    .groupBy("voucherId")
    .execute();
  return new Map(rows.flatMap(({ voucherId, cents }) => (voucherId === null ? [] : [[voucherId, Number(cents)]])));
}

async function readSold(tx: Tx, { batchIds, serials }: Rows): Promise<ReadonlySet<string>> {
  const sales = await tx
    .selectFrom("voucher_sales")
    .select(["batchId", "serial"])
    .where("batchId", "in", batchIds)
    .where("serial", "in", serials)
    .execute();
  return new Set(sales.map(idOf));
}

async function readUsages(tx: Tx, grantIds: readonly string[]) {
  if (grantIds.length === 0) return new Map<string, VoucherFacts["used"]>();
  const usages = await tx
    .selectFrom(grantUse.as("used"))
    .select([
      "grantId",
      bounded(sql`sum(used_bytes)`).as("usedBytes"),
      bounded(sql`sum(online_seconds)`).as("usedSeconds"),
    ])
    .where("grantId", "in", grantIds)
    .groupBy("grantId")
    .execute();
  return new Map(usages.map(({ grantId, usedBytes, usedSeconds }) => [grantId, { usedBytes, usedSeconds }]));
}
