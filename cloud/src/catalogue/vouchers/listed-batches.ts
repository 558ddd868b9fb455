/** Makes, changes and withdraws batches of another system's codes. Who calls has decided which codes, and checked that no code is in two lists. */
import type { ListedMore } from "@karibu/protocol/feed";
import { newId } from "@karibu/protocol/identifiers";
import { listedCodesPerRow, listedHash } from "@karibu/protocol/listed-code";
import { type ListedCode, passwordsHidden } from "@karibu/protocol/listed-rows";
import type { Terms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { sleep, type World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { BatchBooking } from "./batch-bookings.ts";
import { keyContext, lockBatch, publishBatch, type VoucherShop } from "./batches.ts";
import { hideCode, insertListed, type ListedRow, readListedBodies } from "./listed-codes.ts";

export interface ListedOrder {
  readonly batchId: string;
  readonly takeoverId: string;
  readonly siteId: string;
  readonly plan: { readonly planId: string; readonly name: string };
  readonly terms: Terms;
  readonly priceCents: number;
  readonly currency: string;
  readonly booking: BatchBooking;
  readonly rows: readonly ListedRow[];
}

type Shop = Omit<VoucherShop, "jobs" | "database">;

/** Hashes take their time: other requests run meanwhile. */
const sliceCodes = 300;

export const newBatchId = (world: World): string => newId(world);

/** The codes as the tables hold them, before any transaction begins. */
export async function hideCodes(
  world: World,
  { batchId, keyHex }: { readonly batchId: string; readonly keyHex: string },
  codes: readonly ListedCode[],
): Promise<ListedRow[]> {
  const rows: ListedRow[] = [];
  for (const [serial, listed] of codes.entries()) {
    const codeHidden = hideCode(keyHex, { batchId, serial }, listed.code);
    rows.push({
      batchId,
      serial,
      hash: listedHash(keyHex, listed.code),
      codeHidden,
      more: passwordsHidden(keyHex, listed),
    });
    if (serial % sliceCodes === sliceCodes - 1) await sleep(world.clock, 0);
  }
  return rows;
}

/** Its site follows it from the commit on. */
export async function insertListedBatch(
  shop: Shop,
  tx: Tx,
  providerId: string,
  keyHex: string,
  order: ListedOrder,
): Promise<void> {
  const { batchId, siteId, plan, terms, rows } = order;
  const nowMs = shop.world.clock.wall().atMs;
  const batch = await tx
    .insertInto("voucher_batches")
    .values({
      providerId,
      batchId,
      planId: plan.planId,
      planName: plan.name,
      terms,
      priceCents: order.priceCents,
      currency: order.currency,
      homeSiteId: siteId,
      keySealed: shop.envelope.seal(Buffer.from(keyHex, "hex"), keyContext(providerId, batchId)),
      // They have no shape: no search by shape, and no comparison of shapes, meets them.
      prefix: "",
      length: 0,
      alphabet: "letters",
      quantity: rows.length,
      holes: json<number[]>([]),
      expiresAtMs: null,
      active: true,
      state: "ready",
      progressPercent: 100,
      takeoverId: order.takeoverId,
      booking: order.booking,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await insertListed(tx, providerId, rows);
  await publishBatch(shop, tx, batch);
  await publishCodes(shop, tx, providerId, batchId);
  await shop.publish(tx, {
    providerId,
    target: { scope: "site", siteId },
    kind: "follow",
    key: batchId,
    body: { batchId },
  });
  await shop.emit(tx, providerId, { topic: "voucher", id: batchId, action: "batch-ready" });
}

async function publishCodes(
  shop: Pick<Shop, "publish">,
  tx: Tx,
  providerId: string,
  batchId: string,
  numbers?: readonly number[],
): Promise<void> {
  for (const [key, body] of await readListedBodies(tx, batchId, numbers))
    await shop.publish(tx, { providerId, target: { scope: "batch", batchId }, kind: "listed-codes", key, body });
}

/** What became of codes in the other system since they were listed. `more` null: it is over there, and worth nothing here. */
export interface ListedChange {
  readonly batchId: string;
  readonly serial: number;
  readonly more: Omit<ListedMore, "at" | "password"> | null;
}

/** Codes that began here already stay as they are: the site enforces them from its own copy. */
export async function changeListed(
  shop: Pick<Shop, "publish" | "world">,
  tx: Tx,
  providerId: string,
  changes: readonly ListedChange[],
): Promise<void> {
  // A row of the feed holds many codes: of two that change some of them the later one must see what the earlier one wrote.
  for (const batchId of [...new Set(changes.map((change) => change.batchId))].sort()) await lockBatch(tx, batchId);
  const atMs = shop.world.clock.wall().atMs;
  const kept = changes.filter(({ more }) => more !== null);
  await sql`
    update listed_codes c set more = f.more || (case when c.more ? 'password' then jsonb_build_object('password', c.more->'password') else '{}'::jsonb end)
    from ${recordset("f", kept, { batchId: "text", serial: "integer", more: "jsonb" })}
    where c.provider_id = ${providerId} and c.batch_id = f."batchId" and c.serial = f.serial
  `.execute(tx);
  const numbers = new Map<string, Set<number>>();
  for (const { batchId, serial } of kept) {
    const of = numbers.get(batchId) ?? new Set();
    numbers.set(batchId, of.add(Math.floor(serial / listedCodesPerRow)));
  }
  for (const [batchId, of] of numbers) await publishCodes(shop, tx, providerId, batchId, [...of]);
  for (const { batchId, serial, more } of changes) {
    if (more !== null) continue;
    const state = "redeemed-elsewhere" as const;
    const added = await tx
      .insertInto("voucher_exceptions")
      .values({ providerId, batchId, serial, state, atMs })
      // One that staff switched off is over all the same: they may switch it on again.
      .onConflict((on) =>
        on
          .columns(["providerId", "batchId", "serial"])
          .doUpdateSet({ state, atMs })
          .where("voucher_exceptions.state", "=", "disabled"),
      )
      .returning("serial")
      .executeTakeFirst();
    if (added === undefined) continue;
    await shop.publish(tx, {
      providerId,
      target: { scope: "batch", batchId },
      kind: "voucher",
      key: String(serial),
      body: { state, atMs: unixMs(atMs) },
    });
  }
}

/** How many of its codes began here. */
export async function countRedeemed(tx: Tx, batchIds: readonly string[]): Promise<number> {
  const row = await tx
    .selectFrom("voucher_redemptions")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("batchId", "in", [...batchIds, ""])
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Other sites may redeem some of them. */
export async function hasOtherSites(tx: Tx, batchIds: readonly string[]): Promise<boolean> {
  const found = tx
    .selectFrom("batch_sites")
    .select("siteId")
    .where("batchId", "in", [...batchIds, ""])
    .limit(1);
  return (await found.executeTakeFirst()) !== undefined;
}

export async function batchesOfTakeover(tx: Tx, takeoverId: string) {
  return tx.selectFrom("voucher_batches").selectAll().where("takeoverId", "=", takeoverId).orderBy("batchId").execute();
}

/** Switches them off, or on again, here and at their sites. Returns those that were not so before. */
export async function switchListed(
  shop: Pick<Shop, "world" | "envelope" | "publish">,
  tx: Tx,
  {
    takeoverId,
    active,
    only,
  }: { readonly takeoverId: string; readonly active: boolean; readonly only?: readonly string[] },
): Promise<string[]> {
  let change = tx
    .updateTable("voucher_batches")
    .set({ active, updatedAtMs: shop.world.clock.wall().atMs })
    .where("takeoverId", "=", takeoverId)
    .where("active", "=", !active);
  if (only !== undefined) change = change.where("batchId", "in", [...only, ""]);
  const changed = await change.returningAll().execute();
  for (const batch of changed) await publishBatch(shop, tx, batch);
  return changed.map(({ batchId }) => batchId);
}

/** Nothing of them stays: neither here nor at a site. Only while none of their codes began here, and no other site redeems them. */
export async function withdrawListed(
  shop: Pick<Shop, "publish" | "emit">,
  tx: Tx,
  providerId: string,
  takeoverId: string,
): Promise<void> {
  for (const { batchId, homeSiteId: siteId } of await batchesOfTakeover(tx, takeoverId)) {
    if (siteId !== null)
      await shop.publish(tx, {
        providerId,
        target: { scope: "site", siteId },
        kind: "follow",
        key: batchId,
        body: null,
      });
    const target = { scope: "batch", batchId } as const;
    for (const key of (await readListedBodies(tx, batchId)).keys())
      await shop.publish(tx, { providerId, target, kind: "listed-codes", key, body: null });
    await shop.publish(tx, { providerId, target, kind: "listed-batch", key: batchId, body: null });
    for (const table of ["listed_codes", "voucher_exceptions"] as const)
      await tx.deleteFrom(table).where("batchId", "=", batchId).execute();
    await tx.deleteFrom("voucher_batches").where("batchId", "=", batchId).execute();
    await shop.emit(tx, providerId, { topic: "voucher", id: batchId, action: "deleted" });
  }
}
