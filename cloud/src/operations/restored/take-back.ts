/**
 * Takes back what a site holds and a restored hub lost (`give-back`). What it adopts it publishes, in the same transaction that notes it, so a
 * repeated request finds everything done. Of money it books what printed codes of a batch brought whose uses were told before the batch was back.
 */
import type { BatchBody, FeedRow, GrantBody } from "@karibu/protocol/feed";
import { type GiveBackResult, giveBack } from "@karibu/protocol/rpc/give-back";
import { serve } from "@karibu/protocol/rpc/rpc";
import { adoptGrant, giveWay, hasGrant, revokeAgain } from "../../catalogue/grants/adopt-grant.ts";
import { adoptLease } from "../../catalogue/leases/adopt-lease.ts";
import { adoptBatchSite } from "../../catalogue/leases/batch-sites.ts";
import { adoptPlan } from "../../catalogue/plans/adopt-plan.ts";
import {
  adoptBatch,
  adoptFollower,
  readHome,
  repeatBatch,
  switchBatchOffAgain,
  switchVoucherOffAgain,
} from "../../catalogue/vouchers/adopt-batch.ts";
import type { KnowsHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import type { Caller, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Ground } from "../../ground/create-ground.ts";
import type { Tx } from "../../ground/db/database.ts";
import { markedKinds, markedVersion } from "../../ground/feed/row-mark.ts";
import { switchCashSaleOffAgain } from "../../money/cash-sales/cash-sale-rows.ts";
import type { Ledger } from "../../money/ledger/post-entry.ts";
import { bringBack } from "../../money/paper-sales/book-uses.ts";
import { adoptPurchase, boughtAgain } from "../../money/purchases/adopt-purchase.ts";
import { readSoldNote } from "../../money/purchases/sold-note.ts";
import { noteErasedGrants, readErased } from "./erased-again.ts";
import { judgeRevocation, judgeSigned, type ReturnPlan, type ReturnReason, type Verdict } from "./judge-returned.ts";
import { noteReturned, openReturn, readFacts, type SiteReturn } from "./returned-rows.ts";

export interface TakeBackParts extends Ground, KnowsHeldCodes {
  readonly ledger: Ledger;
  /** What one site may give back after one restore. Default: 50,000 rows, 32 MB; of what can't be taken, 500 rows are written down. */
  readonly limits?: { readonly rows: number; readonly bytes: number; readonly kept: number } | undefined;
}

const limitsDefault = { rows: 50_000, bytes: 32 * 1024 * 1024, kept: 500 };

interface Outcome {
  readonly verdict: Verdict;
  readonly reason: ReturnReason;
}

export function takeBackHandler(parts: TakeBackParts): RpcHandler {
  const limits = parts.limits ?? limitsDefault;
  return serve(giveBack, (asked, { providerId, siteId }: Caller) =>
    parts.database.asProvider(providerId, async (tx): Promise<GiveBackResult> => {
      const bytes = Buffer.byteLength(JSON.stringify(asked.rows));
      const nowMs = parts.world.clock.wall().atMs;
      const place = { providerId, siteId, generation: asked.generation };
      const site = await openReturn(tx, place, nowMs);
      // No restore, none of this name, or an old one: nothing can have been lost.
      if (site === null) return { verdicts: asked.rows.map(() => "kept") };
      const { batchId, left } = asked;
      const isOver = site.offered + asked.rows.length > limits.rows || site.bytes + bytes > limits.bytes;
      const outcomes = new Map<FeedRow, Outcome>();
      // A batch comes before the site that follows it: a follower of nothing would delete what it holds.
      const inTurn = asked.rows.toSorted((one, other) => Number(other.kind === "batch") - Number(one.kind === "batch"));
      for (const row of isOver ? [] : inTurn) outcomes.set(row, await takeBack(parts, tx, site, row, batchId));
      const verdictOf = (row: FeedRow) => outcomes.get(row)?.verdict ?? "kept";
      const rows = [...outcomes].map(([row, outcome]) => ({ row, version: versionOf(parts, site, row), ...outcome }));
      const unread = isOver ? asked.rows.length : 0;
      await noteReturned(tx, site, { rows, unread, batchId, bytes, left, keptMax: limits.kept });
      await parts.emit(tx, providerId, { topic: "site", id: siteId, action: "given-back" });
      return { verdicts: asked.rows.map(verdictOf) };
    }),
  );
}

async function takeBack(
  parts: TakeBackParts,
  tx: Tx,
  site: SiteReturn,
  row: FeedRow,
  batchId: string | null,
): Promise<Outcome> {
  if (row.body === null) return { verdict: "kept", reason: "unknown" };
  if (!markedKinds.has(row.kind)) return takeRevocation(parts, tx, site, row, batchId);
  const { siteId } = site;
  const place = placeOf(site.providerId, siteId, row);
  const facts = await readFacts(tx, site, place);
  const signedVersion = markedVersion(parts.envelope, place, row.body);
  const plan = judgeSigned(row, { ...facts, signedVersion });
  if (plan.do === "refuse") {
    // Its site held its own row for the tighter one: now it gets the hub's.
    if (row.kind === "batch" && plan.reason === "older") await repeatBatch(parts, tx, row.key);
    return plan.reason === "older" && facts.present !== null ? { verdict: "taken", reason: "older" } : plan;
  }
  if (row.kind === "grant") return takeGrant(parts, tx, site, row.body, plan);
  if (row.kind === "batch") return takeBatch(parts, tx, site, { body: row.body, version: signedVersion ?? 0 }, plan);
  const home = await readHome(tx, row.key);
  if (home === null) return { verdict: "kept", reason: "unknown" };
  const follower = { providerId: site.providerId, siteId, batchId: row.key };
  if (home.homeSiteId !== siteId) await adoptBatchSite(parts.world, tx, follower);
  await adoptFollower(parts, tx, follower);
  return { verdict: "taken", reason: "lost" };
}

async function takeBatch(
  parts: TakeBackParts,
  tx: Tx,
  site: SiteReturn,
  signed: { readonly body: BatchBody; readonly version: number },
  plan: ReturnPlan,
): Promise<Outcome> {
  if (plan.do === "tighten") {
    await switchBatchOffAgain(parts, tx, signed.body.batchId);
    return { verdict: "taken", reason: "revoked-again" };
  }
  const { providerId } = site;
  const { batchId } = signed.body;
  const isMade = await bringBack(parts, tx, { providerId, batchId }, () => adoptBatch(parts, tx, providerId, signed));
  return isMade ? { verdict: "taken", reason: "lost" } : { verdict: "kept", reason: "no-price" };
}

/** The grant is honoured; of its money only a question is made. */
async function takeGrant(
  parts: TakeBackParts,
  tx: Tx,
  { providerId, siteId, nowMs, restoredAtMs }: SiteReturn,
  body: GrantBody,
  plan: ReturnPlan,
): Promise<Outcome> {
  const { grantId, planName, terms, revokedAtMs } = body.grant;
  if (plan.do === "tighten") {
    const isNew = await revokeAgain(parts, tx, { providerId, grantId, atMs: revokedAtMs ?? nowMs });
    return { verdict: "taken", reason: isNew ? "revoked-again" : "older" };
  }
  // A name of a lease: the back-up has the grant at another site.
  if (grantId.includes(".")) {
    const isKnown = await adoptLease(parts, tx, { siteId, grant: body.grant });
    return isKnown ? { verdict: "taken", reason: "lost" } : { verdict: "kept", reason: "lease-moved" };
  }
  if (await hasGrant(tx, grantId)) return { verdict: "kept", reason: "lease-moved" };
  const { purchaseId, sold, ...rest } = body;
  const told =
    purchaseId === null || sold === undefined ? null : readSoldNote(parts.envelope, providerId, purchaseId, sold);
  const again = told === null || purchaseId === null ? null : await boughtAgain(tx, { providerId, purchaseId }, told);
  const own = again === null ? body : { ...body, purchaseId: again };
  if ((await giveWay(parts, tx, { providerId, body: own, sinceMs: restoredAtMs })) === "stands")
    return { verdict: "gone", reason: "older" };
  const buyer = told?.phone == null ? null : parts.parties.ofPhone(providerId, told.phone);
  const erasedAtMs = buyer === null ? null : (await readErased(tx, providerId, [buyer]))(buyer);
  const isGone = told !== null && erasedAtMs !== null && erasedAtMs >= told.boughtAtMs;
  const [note, party] = isGone ? [{ ...told, phone: null }, null] : [told, buyer];
  const given = isGone ? { ...rest, purchaseId: own.purchaseId } : own;
  await adoptGrant(parts, tx, {
    ...{ providerId, siteId, body: given, party },
    boughtAtMs: note?.boughtAtMs ?? restoredAtMs - 1,
  });
  // What its channel says of it later may name whoever paid (`forget-payers.ts`).
  if (isGone && erasedAtMs !== null) await noteErasedGrants(tx, providerId, [{ grantId, erasedAtMs }]);
  if (note !== null && purchaseId !== null && again === null) {
    const { planId, amountCents: priceCents, currency } = note;
    await adoptPlan(parts.world, tx, providerId, { planId, name: planName, priceCents, currency, terms });
    await adoptPurchase(parts, tx, { providerId, purchaseId, siteId, planName, terms, note });
  }
  return { verdict: "taken", reason: "lost" };
}

async function takeRevocation(
  parts: TakeBackParts,
  tx: Tx,
  site: SiteReturn,
  row: FeedRow,
  batchId: string | null,
): Promise<Outcome> {
  const { providerId, siteId } = site;
  const unknown = { verdict: "kept", reason: "unknown" } as const;
  if (row.kind === "voucher" && row.body?.state === "disabled" && batchId !== null) {
    const home = await readHome(tx, batchId);
    const serial = Number(row.key);
    const isOwn = home?.homeSiteId === siteId && /^\d{1,6}$/.test(row.key) && serial < home.quantity;
    const facts = await readFacts(tx, site, { providerId, scope: `batch:${batchId}`, kind: "voucher", key: row.key });
    const plan = judgeRevocation(isOwn, facts);
    if (plan.do === "refuse") return plan;
    await switchVoucherOffAgain(parts, tx, { providerId, batchId, serial, atMs: row.body.atMs });
    return { verdict: "taken", reason: "revoked-again" };
  }
  if (row.kind !== "cash-sale") return unknown;
  const facts = await readFacts(tx, site, { providerId, scope: `site:${siteId}`, kind: "cash-sale", key: row.key });
  const plan = judgeRevocation(true, facts);
  if (plan.do === "refuse") return plan;
  const isOff = await switchCashSaleOffAgain(parts, tx, { providerId, siteId, grantId: row.key });
  return isOff ? { verdict: "taken", reason: "revoked-again" } : unknown;
}

/** 0: the hub did not sign it. */
function versionOf({ envelope }: TakeBackParts, { providerId, siteId }: SiteReturn, row: FeedRow): number {
  if (row.body === null) return 0;
  return markedVersion(envelope, placeOf(providerId, siteId, row), row.body) ?? 0;
}

function placeOf(providerId: string, siteId: string, { kind, key }: FeedRow) {
  return { providerId, scope: kind === "batch" ? `batch:${key}` : `site:${siteId}`, kind, key };
}
