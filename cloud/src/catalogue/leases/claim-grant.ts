/**
 * A site asks for a bought grant that another one holds. The hub asks the holder to release it, at whichever process its link is.
 * The rest is opened at the new site under a new grant id, so that later records of a former holder do not affect it.
 */
import type { LeaseUse } from "@karibu/protocol/feed";
import { type ClaimGrantResult, claimGrant } from "@karibu/protocol/rpc/claim-grant";
import { serve } from "@karibu/protocol/rpc/rpc";
import { readSiteName } from "../../fleet/sites/site-names.ts";
import type { Caller, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { isPaused } from "../grants/carry-change.ts";
import { hearGuard, isPausedByCustomer } from "../grants/code-guards.ts";
import { type GrantLeaseRow, type GrantRow, heldGrant, readGrantLease } from "../grants/held-grant.ts";
import { askHolder, isLongOverThere, type LeaseParts, type Released } from "./claim-lease.ts";
import { type GrantClaimPlan, planGrantClaim, whatIsLeft } from "./grant-lease-policy.ts";
import { holdGrant } from "./hold-grant.ts";

export function claimGrantHandler(parts: LeaseParts): RpcHandler {
  return serve(claimGrant, ({ purchaseId }, caller: Caller) => claim(parts, caller, purchaseId));
}

async function claim(parts: LeaseParts, { providerId, siteId }: Caller, purchaseId: string): Promise<ClaimGrantResult> {
  const place = { providerId, purchaseId, askerSiteId: siteId };
  const first = await parts.database.asProvider(providerId, (tx) => settle(parts, tx, place, null));
  if (first.plan.kind !== "ask") return first.answer;
  const { siteId: holderSiteId, leaseId } = first.held;
  const released = await askHolder(parts, holderSiteId, { grantId: leaseId });
  const { siteName } = first;
  if (released === "away") {
    const { grant } = first.held.body;
    const isOver = await isLongOverThere(parts, { providerId, siteId: holderSiteId, grantId: leaseId });
    // Nor does it give anything while its customer is switched off.
    if (isOver || grant.suspended !== undefined) return { kind: "elsewhere", siteName };
    return { kind: "bridge", siteName, grant: { ...grant, grantId: first.grantId } };
  }
  if (released === "in-use") return { kind: "elsewhere", siteName };
  const justReleased = { leaseId, holderSiteId, ...released };
  return (await parts.database.asProvider(providerId, (tx) => settle(parts, tx, place, justReleased))).answer;
}

interface Settled {
  readonly plan: GrantClaimPlan;
  readonly grantId: string;
  readonly held: ReturnType<typeof heldGrant>;
  readonly siteName: string;
  readonly answer: ClaimGrantResult;
}

const unknown = { plan: { kind: "unknown" }, grantId: "", siteName: "", answer: { kind: "unknown" } } as const;

/** Decides under the lock of the grant's row, so that two claims follow each other. */
async function settle(
  parts: LeaseParts,
  tx: Tx,
  { providerId, purchaseId, askerSiteId }: { providerId: string; purchaseId: string; askerSiteId: string },
  justReleased: (Released & { readonly leaseId: string; readonly holderSiteId: string }) | null,
): Promise<Settled> {
  const nowMs = parts.world.clock.wall().atMs;
  const row = await tx
    .selectFrom("grants")
    .selectAll()
    .where("purchaseId", "=", purchaseId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined) return { ...unknown, held: { siteId: "", leaseId: "", body: {} as never } };
  if (justReleased !== null) {
    const { leaseId, holderSiteId, use, guard } = justReleased;
    await hearGuard(parts.publish, tx, { providerId, siteId: holderSiteId, grantId: leaseId }, guard, nowMs);
    const release = { releasedAtMs: nowMs, use: json(use) };
    await tx
      .insertInto("grant_releases")
      .values({ providerId, leaseId, siteId: holderSiteId, ...release })
      .onConflict((on) => on.columns(["providerId", "leaseId", "siteId"]).doUpdateSet(release))
      .execute();
  }
  const lease = await readGrantLease(tx, row.grantId);
  const held = heldGrant(parts.parties, row, lease);
  const released = await tx
    .selectFrom("grant_releases")
    .select("use")
    .where("leaseId", "=", held.leaseId)
    .where("siteId", "=", held.siteId)
    .executeTakeFirst();
  const roaming = await tx.selectFrom("roaming_sites").select("siteId").execute();
  const asked = planGrantClaim(
    {
      homeSiteId: row.siteId,
      holderSiteId: held.siteId,
      isOver: row.revokedAtMs !== null || row.retiredAtMs !== null,
      released: released?.use ?? null,
      roamingSiteIds: roaming.map((one) => one.siteId),
    },
    askerSiteId,
  );
  const place = { providerId, siteId: held.siteId, grantId: held.leaseId };
  // What staff or its customer paused is used nowhere, not at a site that never heard of it either.
  const isStopped =
    asked.kind !== "yours" &&
    asked.kind !== "unknown" &&
    ((await isPaused(tx, place)) || (await isPausedByCustomer(tx, place.grantId)));
  const plan = isStopped ? ({ kind: "refuse" } as const) : asked;
  const base = { plan, grantId: row.grantId, held, siteName: await readSiteName(tx, held.siteId) };
  if (plan.kind === "unknown") return { ...base, answer: { kind: "unknown" } };
  if (plan.kind === "refuse" || plan.kind === "ask")
    return { ...base, answer: { kind: "elsewhere", siteName: base.siteName } };
  if (plan.kind === "move") await move(parts, tx, { row, lease, toSiteId: askerSiteId, use: plan.use, nowMs });
  return { ...base, answer: { kind: "leased" } };
}

async function move(
  parts: LeaseParts,
  tx: Tx,
  moved: { row: GrantRow; lease: GrantLeaseRow | null; toSiteId: string; use: LeaseUse; nowMs: number },
): Promise<void> {
  const { row, lease, ...rest } = moved;
  const before = heldGrant(parts.parties, row, lease);
  const number = (lease?.number ?? 0) + 1;
  const left = (use: LeaseUse) => whatIsLeft(before.body.grant, use);
  await holdGrant(parts, tx, { row, from: before, number, left, ...rest });
}
