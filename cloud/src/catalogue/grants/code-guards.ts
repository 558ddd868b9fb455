/**
 * What customers did at a site against the theft of their codes: paused them, or chose a PIN. The site decided it; the hub echoes it to the sites
 * where the code may be used, so that it holds there too and after a lost stick, and staff lift it where the PIN is forgotten.
 *
 * Who attacks this: a stolen router, which reports pauses of other sites' codes: a batch's voucher, and what was bought, is heard of only from the
 * site that has its lease. Staff who lift the guard of a code that they hold themselves: that needs the permission to change grants and a fresh factor, and stands in
 * the log with reason and name. A PIN's hash goes to each site of its batch, and is weak protection there; the page asks for no PIN that opens
 * something else.
 */

import type { CodeGuard } from "@karibu/protocol/codes/code-guard";
import { kindOfGrant, type VoucherRef, voucherRefOf } from "@karibu/protocol/grant-id";
import { newId } from "@karibu/protocol/identifiers";
import type { Selectable } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { ChangeCause, ChangeParts, GrantPlace } from "./change-grant.ts";
import { grantHolder, readGrantLease } from "./held-grant.ts";

type GuardRow = Selectable<Schema["code_guards"]>;

/** The last one of each grant counts; there are few. */
export function guardProjector({ publish }: { readonly publish: Publish }): JournalProjector {
  return {
    async project(tx, { providerId, records }) {
      const last = new Map(ofKind(records, "grant-guarded").map((one) => [`${one.siteId} ${one.record.grantId}`, one]));
      for (const { siteId, record } of last.values()) {
        const place = { providerId, siteId, grantId: record.grantId };
        if (await isOfSite(tx, place)) await keepGuard(publish, tx, place, record, record.atMs);
      }
    },
  };
}

/**
 * Is the site the one that says what this grant is worth? What was bought is its holder's, or a stolen router would take the guard off another
 * site's, or put its own PIN where the lease goes next. Sales for cash, and lines of a site file, are known to their own site alone: what guards one of
 * them is that of the site that told of it, until that is over.
 */
async function isOfSite(tx: Tx, { siteId, grantId }: GrantPlace): Promise<boolean> {
  const voucher = voucherRefOf(grantId);
  const kind = kindOfGrant(grantId);
  if (kind === "purchase") return (await boughtHolderOf(tx, grantId)) === siteId;
  if (voucher === null) {
    if (kind !== "voucher" && kind !== "cash-sale") return false;
    const guard = await readGuard(tx, grantId);
    return guard === null || guard.siteId === siteId;
  }
  return kind === "voucher" && (await holderOf(tx, voucher)) === siteId;
}

/** The site that has what was bought, under the name that it has there. Null: nobody has it under this one, or no more. */
async function boughtHolderOf(tx: Tx, leaseId: string): Promise<string | null> {
  // Where its lease moved, the name ends in the move's number.
  for (const grantId of new Set([leaseId, leaseId.replace(/\.\d+$/, "")])) {
    const row = await tx
      .selectFrom("grants")
      .select(["grantId", "siteId"])
      .where("grantId", "=", grantId)
      .executeTakeFirst();
    if (row === undefined) continue;
    const holder = grantHolder(row, await readGrantLease(tx, grantId));
    if (holder.leaseId === leaseId) return holder.siteId;
  }
  return null;
}

/** The site that has the voucher's lease. */
async function holderOf(tx: Tx, { batchId, serial }: VoucherRef): Promise<string | null> {
  const row = await tx
    .selectFrom("voucher_batches as batch")
    .leftJoin("voucher_leases as lease", (join) =>
      join
        .onRef("lease.providerId", "=", "batch.providerId")
        .onRef("lease.batchId", "=", "batch.batchId")
        .on("lease.serial", "=", serial),
    )
    .select(["batch.homeSiteId", "lease.siteId"])
    .where("batch.batchId", "=", batchId)
    .executeTakeFirst();
  return row?.siteId ?? row?.homeSiteId ?? null;
}

/** As the site that lets go of its lease says it: its record would come when the lease is elsewhere, and be no word of the holder's any more. */
export async function hearGuard(
  publish: Publish,
  tx: Tx,
  place: GrantPlace,
  guard: CodeGuard | undefined,
  atMs: number,
): Promise<void> {
  if (guard === undefined || !(await isOfSite(tx, place))) return;
  const known = await tx
    .selectFrom("code_guards")
    .select("guardId")
    .where("grantId", "=", place.grantId)
    .executeTakeFirst();
  // The same one: staff may have lifted it.
  if (known?.guardId !== guard.guardId) await keepGuard(publish, tx, place, guard, atMs);
}

async function keepGuard(
  publish: Publish,
  tx: Tx,
  { providerId, siteId, grantId }: GrantPlace,
  { guardId, paused, pin }: CodeGuard,
  atMs: number,
): Promise<void> {
  const row: GuardRow = {
    providerId,
    grantId,
    siteId,
    guardId,
    paused,
    pinSalt: pin?.salt ?? null,
    pinHash: pin?.hash ?? null,
    guardedAtMs: atMs,
    liftedAtMs: null,
  };
  const { providerId: _, grantId: _grant, ...rest } = row;
  await tx
    .insertInto("code_guards")
    .values(row)
    .onConflict((on) => on.columns(["providerId", "grantId"]).doUpdateSet(rest))
    .execute();
  await tellGuard(publish, tx, row);
}

async function tellGuard(publish: Publish, tx: Tx, row: GuardRow): Promise<void> {
  const voucher = voucherRefOf(row.grantId);
  const target =
    voucher === null
      ? ({ scope: "site", siteId: row.siteId } as const)
      : ({ scope: "batch", batchId: voucher.batchId } as const);
  const pin = row.pinSalt === null || row.pinHash === null ? null : { salt: row.pinSalt, hash: row.pinHash };
  const isOver = row.liftedAtMs === null && !row.paused && pin === null;
  await publish(tx, {
    providerId: row.providerId,
    target,
    kind: "code-guard",
    key: row.grantId,
    body: isOver
      ? null
      : {
          guardId: row.guardId,
          paused: row.paused,
          pin,
          ...(row.liftedAtMs === null ? {} : { lifted: true }),
        },
  });
}

/** In force; null: nothing guards it. */
export async function readGuard(tx: Tx, grantId: string): Promise<GuardRow | null> {
  const row = await tx.selectFrom("code_guards").selectAll().where("grantId", "=", grantId).executeTakeFirst();
  if (row === undefined || row.liftedAtMs !== null) return null;
  return row.paused || row.pinHash !== null ? row : null;
}

/** Its customer paused it, and staff did not lift that: no other site gets it. */
export const isPausedByCustomer = async (tx: Tx, grantId: string): Promise<boolean> =>
  (await readGuard(tx, grantId))?.paused === true;

/** The pause ends and the PIN is forgotten, at its site within seconds where it is connected. Throws a Problem 404. */
export async function liftGuard(parts: ChangeParts, tx: Tx, place: GrantPlace, cause: ChangeCause): Promise<void> {
  const { providerId, siteId, grantId } = place;
  const guard = await readGuard(tx, grantId);
  if (guard === null || guard.siteId !== siteId) throw notFound("guard");
  const nowMs = parts.world.clock.wall().atMs;
  // The one that was read: its customer may have set another one meanwhile, or somebody else lifted it.
  const lifted = await tx
    .updateTable("code_guards")
    .set({ liftedAtMs: nowMs })
    .where("providerId", "=", providerId)
    .where("grantId", "=", grantId)
    .where("guardId", "=", guard.guardId)
    .where("liftedAtMs", "is", null)
    .returning("grantId")
    .executeTakeFirst();
  if (lifted === undefined) throw notFound("guard");
  await tellGuard(parts.publish, tx, { ...guard, liftedAtMs: nowMs });
  await tx
    .insertInto("grant_change_log")
    .values({
      providerId,
      changeId: newId(parts.world),
      siteId,
      grantId,
      kind: "guard-lifted",
      what: json({}),
      reason: cause.reason,
      changedBy: cause.userId,
      giftId: cause.giftId,
      atMs: nowMs,
    })
    .execute();
  await parts.emit(tx, providerId, { topic: "grant", id: grantId, action: "guard-lifted" });
}

/** A bought grant goes to another site under another name, and its guard with it. */
export async function carryGuard(
  publish: Publish,
  tx: Tx,
  from: GrantPlace,
  to: Pick<GrantPlace, "siteId" | "grantId">,
): Promise<void> {
  const guard = await readGuard(tx, from.grantId);
  if (guard === null) return;
  const pin = guard.pinSalt === null || guard.pinHash === null ? null : { salt: guard.pinSalt, hash: guard.pinHash };
  const { guardId, paused, guardedAtMs: atMs } = guard;
  await keepGuard(publish, tx, { providerId: from.providerId, ...to }, { guardId, paused, pin }, atMs);
  await forgetGuard(publish, tx, guard);
}

/** Its site has forgotten the grant. */
export async function forgetGuard(publish: Publish, tx: Tx, guard: GuardRow): Promise<void> {
  await tx
    .deleteFrom("code_guards")
    .where("providerId", "=", guard.providerId)
    .where("grantId", "=", guard.grantId)
    .execute();
  await tellGuard(publish, tx, { ...guard, paused: false, pinSalt: null, pinHash: null, liftedAtMs: null });
}
