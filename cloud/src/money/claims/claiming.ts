/** The shell around `claims.ts`: takes a claim, and asks the channels about what the books do not know. */

import { type ClaimPaymentResult, claimPayment as claimRpc } from "@karibu/protocol/rpc/claim-payment";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { Caller, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type AsyncParts, asyncCallProblem } from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { activeChannels } from "../channels/channel-rows.ts";
import { pullJob } from "../channels/pull-job.ts";
import { isPurchaseOfSite, planBoughtBy } from "../purchases/known-purchases.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { someWereAskedFor } from "../purchases/requests-sent.ts";
import { closeClaim } from "./claim-log.ts";
import { type ClaimRequest, claimPayment } from "./claims.ts";
import type { ClaimResult } from "./settle-claim.ts";

/** How far back a claim makes us read the channel's list: all that it keeps. */
const claimBackMs = 47 * 3_600_000;

export interface Claiming {
  /** In the caller's transaction; then `followUp`, after its commit. */
  take(tx: Tx, request: ClaimRequest): Promise<ClaimResult>;
  followUp(providerId: string, result: ClaimResult): Promise<void>;
  /** Is there anybody who could know: a channel that looks up receipts or has a list, or one that a purchase was sent to? */
  canAsk(providerId: string, result: Extract<ClaimResult, { kind: "asked" }>): Promise<boolean>;
  readonly rpcHandler: RpcHandler;
}

/** How claims reach the channels. */
export interface AskChannels {
  /** The customer says "I paid": the channel is asked about this purchase now, or as soon as its budget allows. */
  claimed(providerId: string, purchaseId: string): Promise<void>;
  /** Asks about a receipt. @returns false: this channel can't be asked */
  askStatus(channel: ChannelRow, receipt: string): Promise<boolean>;
}

export function createClaiming(parts: PurchaseParts & AsyncParts, ask: AskChannels): Claiming {
  const { world, database, jobs } = parts;
  const take: Claiming["take"] = (tx, request) => claimPayment(parts, tx, request);

  const channelsOf = (providerId: string) => database.asProvider(providerId, (tx) => activeChannels(tx, providerId));

  const canAsk: Claiming["canAsk"] = async (providerId, { receipt, purchaseIds }) => {
    const rows = await channelsOf(providerId);
    const looksUp = rows.some(
      (row) =>
        row.settings.pulls === true || (receipt !== null && asyncCallProblem(parts.channels, row, "status") === null),
    );
    if (looksUp || purchaseIds.length === 0) return looksUp;
    return database.asProvider(providerId, (tx) => someWereAskedFor(tx, providerId, purchaseIds));
  };

  /** Every channel that could know it is asked: by its receipt, or by reading what came in. */
  async function askAbout(providerId: string, receipt: string | null): Promise<void> {
    const rows = await channelsOf(providerId);
    for (const channel of rows) {
      if (receipt !== null && (await ask.askStatus(channel, receipt))) continue;
      if (channel.settings.pulls !== true) continue;
      const slot = Math.floor(world.clock.wall().atMs / 60_000); // at most once a minute, however many claim
      const job = { providerId, channelId: channel.channelId, backMs: claimBackMs };
      await database.asProvider(providerId, (tx) =>
        jobs.send(tx, pullJob, job, { singletonKey: `${channel.channelId}/claim-${slot}` }),
      );
    }
  }

  const followUp: Claiming["followUp"] = async (providerId, result) => {
    if (result.kind !== "asked" || !result.isNew) return;
    if (!(await canAsk(providerId, result))) {
      const claim = { providerId, claimId: result.claimId };
      return database.asProvider(providerId, (tx) => closeClaim(tx, world, claim, "open", "no channel can be asked"));
    }
    for (const purchaseId of result.purchaseIds) await ask.claimed(providerId, purchaseId);
    await askAbout(providerId, result.receipt);
  };

  /** A site may name its own purchases only; another one counts as none. */
  async function ownPurchase(tx: Tx, site: { providerId: string; siteId: string }, purchaseId: string | undefined) {
    if (purchaseId === undefined) return null;
    return (await isPurchaseOfSite(tx, site, purchaseId)) ? purchaseId : null;
  }

  return {
    take,
    followUp,
    canAsk,
    rpcHandler: serve(
      claimRpc,
      async (
        { receipt = null, phone, amountCents = null, purchaseId },
        { providerId, siteId }: Caller,
      ): Promise<ClaimPaymentResult> => {
        const result = await database.asProvider(providerId, async (tx) => {
          const own = await ownPurchase(tx, { providerId, siteId }, purchaseId);
          return take(tx, { providerId, siteId, receipt, phone, amountCents, purchaseId: own, userId: null });
        });
        if (result.kind === "refused") {
          // Agents in the field know no other word for a receipt that buys nothing; newer ones say why.
          const { reason } = result;
          if (reason === "given-back") return { kind: "refused", reason: "unknown-receipt", because: reason };
          return { kind: "refused", reason };
        }
        if (result.kind === "asked") {
          await followUp(providerId, result);
          return (await canAsk(providerId, result)) ? { kind: "asked" } : { kind: "asked", noted: true };
        }
        const { paymentId } = result;
        if (paymentId === null) return { kind: "settled", purchaseId: null };
        const plan = await database.asProvider(providerId, (tx) => planBoughtBy(tx, providerId, paymentId));
        // The money came to this purchase and was not enough: it is its payer's credit, and nothing was opened that a page could wait for.
        if (plan === undefined || plan.grantId === null) return { kind: "settled", purchaseId: null };
        // Its package is long over and gone from the site: the page would wait for it in vain.
        if (plan.retiredAtMs !== null) return { kind: "refused", reason: "unknown-receipt", because: "expired" };
        return { kind: "settled", purchaseId: paymentId, planId: plan.planId };
      },
    ),
  };
}
