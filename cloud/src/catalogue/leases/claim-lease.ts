/**
 * A site asks for the lease of a voucher that another one holds. The hub asks the holder to release it, at whichever process its link
 * is. The holder writes its answer to disk first. Then the lease moves: a row of the batch's scope informs all followers.
 */

import type { LeaseUse } from "@karibu/protocol/feed";
import { voucherGrantId } from "@karibu/protocol/grant-id";
import { unixMs } from "@karibu/protocol/quantities";
import { type ClaimLeaseParams, type ClaimLeaseResult, claimLease } from "@karibu/protocol/rpc/claim-lease";
import { type ReleaseLeaseResult, releaseLease } from "@karibu/protocol/rpc/release-lease";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import { readSiteName } from "../../fleet/sites/site-names.ts";
import type { Caller, CallSite, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { carryChange, isPaused } from "../grants/carry-change.ts";
import { hearGuard, isPausedByCustomer } from "../grants/code-guards.ts";
import { isLongOver } from "../grants/paused-time.ts";
import { noteTransfer } from "../vouchers/voucher-exceptions.ts";
import { type ForgottenHolder, readForgottenHolder, type VoucherPlace } from "./forgotten-holder.ts";
import { type ClaimPlan, type LeaseFacts, planClaim } from "./lease-policy.ts";

export interface LeaseParts {
  readonly world: World;
  readonly database: Database;
  readonly parties: Pick<Parties, "atSite">;
  readonly publish: Publish;
  readonly emit: Emit;
  readonly call: CallSite;
}

/** The customer waits at the other site, and the agent's request has 8 s. */
const releaseMsMax = 5000;

export function claimLeaseHandler(parts: LeaseParts): RpcHandler {
  return serve(claimLease, (voucher, caller: Caller) => claim(parts, caller, voucher));
}

async function claim(
  parts: LeaseParts,
  { providerId, siteId }: Caller,
  { batchId, serial, releasedLeaseAtMs }: ClaimLeaseParams,
): Promise<ClaimLeaseResult> {
  const place = { providerId, batchId, serial };
  const asker = { siteId, releasedLeaseAtMs: releasedLeaseAtMs ?? null };
  const first = await parts.database.asProvider(providerId, (tx) => settle(parts, tx, place, asker, null));
  if (first.plan.kind !== "ask") return first.answer;
  const { holderSiteId, leaseAtMs } = first.plan;
  const grantId = voucherGrantId({ batchId, serial });
  const released = await askHolder(parts, holderSiteId, { grantId, leaseAtMs });
  if (released === "away") {
    const isOver = await isLongOverThere(parts, { providerId, siteId: holderSiteId, grantId });
    return { kind: isOver ? "elsewhere" : "bridge", siteName: first.siteName };
  }
  if (released === "in-use") return { kind: "elsewhere", siteName: first.siteName };
  const second = await parts.database.asProvider(providerId, (tx) =>
    settle(parts, tx, place, asker, { siteId: holderSiteId, leaseAtMs, ...released }),
  );
  return second.answer;
}

/** What a holder says as it lets go. */
export type Released = Omit<Extract<ReleaseLeaseResult, { readonly kind: "released" }>, "kind">;

/** `away`: the holder can't be reached, or does not answer in time. */
export async function askHolder(
  parts: LeaseParts,
  siteId: string,
  lease: { readonly grantId: string; readonly leaseAtMs?: number },
): Promise<Released | "in-use" | "away"> {
  try {
    const answer = await parts.call(siteId, releaseLease, lease, releaseMsMax);
    return answer.kind === "released" ? answer : "in-use";
  } catch (error) {
    parts.world.log.info("lease-holder-away", { siteId, error: String(error) });
    return "away";
  }
}

/** A used paper, or an old receipt, gives no bridge where the site that has it can't be asked. */
export const isLongOverThere = (
  { world, database }: LeaseParts,
  place: { readonly providerId: string; readonly siteId: string; readonly grantId: string },
): Promise<boolean> => database.asProvider(place.providerId, (tx) => isLongOver(tx, place, world.clock.wall().atMs));

interface Settled {
  readonly plan: ClaimPlan;
  readonly siteName: string;
  readonly answer: ClaimLeaseResult;
}

/** Decides under the lock of the batch's row, so that two claims of one voucher follow each other. */
async function settle(
  parts: LeaseParts,
  tx: Tx,
  place: VoucherPlace,
  asker: { readonly siteId: string; readonly releasedLeaseAtMs: number | null },
  justReleased: (Released & { readonly siteId: string; readonly leaseAtMs: number }) | null,
): Promise<Settled> {
  const known = await readFacts(tx, place);
  const forgotten = justReleased === null ? await readForgottenHolder(tx, place, known) : null;
  const before = forgotten === null ? known : await remember(parts, tx, place, known, forgotten);
  // The times name the leases of a voucher and say their order, so they only rise, whatever this process's clock says.
  const nowMs = Math.max(parts.world.clock.wall().atMs, (before.moved?.movedAtMs ?? 0) + 1);
  const isOfThisLease =
    justReleased?.siteId === (before.moved?.siteId ?? before.homeSiteId) &&
    justReleased?.leaseAtMs === (before.moved?.movedAtMs ?? 0);
  // The lease may have moved while the holder was asked, even back to it: then the answer is about an earlier lease.
  const release = justReleased !== null && isOfThisLease ? { ...justReleased, releasedAtMs: nowMs } : null;
  if (release !== null) {
    const { siteId, guard } = release;
    const at = { providerId: place.providerId, siteId, grantId: voucherGrantId(place) };
    await hearGuard(parts.publish, tx, at, guard, nowMs);
    await noteRelease(tx, place, release);
  }
  const facts = release === null ? before : { ...before, released: release };
  const holderSiteId = facts.moved?.siteId ?? facts.homeSiteId;
  const asked = planClaim(facts, asker.siteId, asker.releasedLeaseAtMs);
  const held = { providerId: place.providerId, siteId: holderSiteId ?? "", grantId: voucherGrantId(place) };
  // What staff or its customer paused is used nowhere, not at a site that never heard of it either.
  const isStopped =
    (asked.kind === "ask" || asked.kind === "move") &&
    ((await isPaused(tx, held)) || (await isPausedByCustomer(tx, held.grantId)));
  const plan: ClaimPlan = isStopped ? { kind: "refuse" } : asked;
  const siteName = holderSiteId === null ? "" : await readSiteName(tx, holderSiteId);
  if (plan.kind === "yours") return { plan, siteName, answer: { kind: "leased", use: plan.use } };
  if (plan.kind !== "move") return { plan, siteName, answer: { kind: "elsewhere", siteName } };
  const use = await carryChange(parts.publish, tx, held, { siteId: asker.siteId, grantId: held.grantId }, plan.use);
  await move(parts, tx, place, { fromSiteId: plan.fromSiteId, toSiteId: asker.siteId, use, nowMs });
  return { plan, siteName, answer: { kind: "leased", use } };
}

/** The lease is where it went before the restore. Its time is that of its use there: what was used since counts for this lease. */
async function remember(
  parts: LeaseParts,
  tx: Tx,
  place: VoucherPlace,
  { homeSiteId, moved, siteIds }: LeaseFacts,
  { siteId, begunAtMs, use: usedBefore }: ForgottenHolder,
): Promise<LeaseFacts> {
  const movedAtMs = Math.max((moved?.movedAtMs ?? 0) + 1, Math.min(begunAtMs, parts.world.clock.wall().atMs));
  const fromSiteId = moved?.siteId ?? homeSiteId ?? siteId;
  const grantId = voucherGrantId(place);
  const from = { providerId: place.providerId, siteId: fromSiteId, grantId };
  const isElsewhere = fromSiteId !== siteId;
  const use = isElsewhere ? await carryChange(parts.publish, tx, from, { siteId, grantId }, usedBefore) : usedBefore;
  await move(parts, tx, place, { fromSiteId, toSiteId: siteId, use, nowMs: movedAtMs });
  // All of before it began there.
  const { batchId, serial } = place;
  await tx.deleteFrom("voucher_releases").where("batchId", "=", batchId).where("serial", "=", serial).execute();
  return { homeSiteId, moved: { siteId, movedAtMs, use }, released: null, siteIds };
}

async function readFacts(tx: Tx, { batchId, serial }: VoucherPlace): Promise<LeaseFacts> {
  const batch = await tx
    .selectFrom("voucher_batches")
    .select("homeSiteId")
    .where("batchId", "=", batchId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (batch === undefined) return { homeSiteId: null, moved: null, released: null, siteIds: [] };
  const others = await tx.selectFrom("batch_sites").select("siteId").where("batchId", "=", batchId).execute();
  const moved = await tx
    .selectFrom("voucher_leases")
    .select(["siteId", "movedAtMs", "use"])
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .executeTakeFirst();
  const holderSiteId = moved?.siteId ?? batch.homeSiteId;
  const released = await tx
    .selectFrom("voucher_releases")
    .select(["siteId", "releasedAtMs", "use"])
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .where("siteId", "=", holderSiteId ?? "")
    .executeTakeFirst();
  const home = batch.homeSiteId === null ? [] : [batch.homeSiteId];
  return {
    homeSiteId: batch.homeSiteId,
    moved: moved === undefined ? null : { siteId: moved.siteId, movedAtMs: moved.movedAtMs, use: moved.use },
    released:
      released === undefined
        ? null
        : { siteId: released.siteId, releasedAtMs: released.releasedAtMs, use: released.use },
    siteIds: [...home, ...others.map((row) => row.siteId)],
  };
}

async function noteRelease(
  tx: Tx,
  { providerId, batchId, serial }: VoucherPlace,
  { siteId, releasedAtMs, use }: NonNullable<LeaseFacts["released"]>,
): Promise<void> {
  const row = { releasedAtMs, use: json(use) };
  await tx
    .insertInto("voucher_releases")
    .values({ providerId, batchId, serial, siteId, ...row })
    .onConflict((on) => on.columns(["providerId", "batchId", "serial", "siteId"]).doUpdateSet(row))
    .execute();
}

async function move(
  parts: LeaseParts,
  tx: Tx,
  { providerId, batchId, serial }: VoucherPlace,
  { fromSiteId, toSiteId, use, nowMs }: { fromSiteId: string; toSiteId: string; use: LeaseUse; nowMs: number },
): Promise<void> {
  const lease = { siteId: toSiteId, fromSiteId, movedAtMs: nowMs, use: json(use) };
  await tx
    .insertInto("voucher_leases")
    .values({ providerId, batchId, serial, ...lease })
    .onConflict((on) => on.columns(["providerId", "batchId", "serial"]).doUpdateSet(lease))
    .execute();
  // Used up: the same release must not move the lease a second time.
  await tx
    .deleteFrom("voucher_releases")
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .where("siteId", "=", fromSiteId)
    .execute();
  if (await noteTransfer(tx, { providerId, batchId, serial }, nowMs))
    await parts.publish(tx, {
      providerId,
      target: { scope: "batch", batchId },
      kind: "voucher",
      key: String(serial),
      body: { state: "transferred", atMs: unixMs(nowMs), siteId: toSiteId, use },
    });
  await parts.emit(tx, providerId, { topic: "voucher", id: `${batchId}.${serial}`, action: "moved" });
}
