/** Judges one fact that a callback brought beside those of purchases: money that came in, and the result of a call. */
import type { TransactionOptions } from "../../ground/db/database.ts";
import { takeResult } from "../channels/async-calls.ts";
import { takeInflow } from "../claims/take-inflow.ts";
import { createTakeWaiting } from "../claims/take-listed.ts";
import { type InitiatorParts, noteInitiatorResult } from "../initiators/initiator.ts";
import { routeJob } from "../matching/route-inflow.ts";
import { takeStatus } from "../questions/witnesses.ts";
import { takePayoutStatus } from "../refunds/lost-payouts.ts";
import type { RefundParts } from "../refunds/refund-rows.ts";
import { takeRefundResult } from "../refunds/send-refund.ts";

export interface Fact {
  readonly providerId: string;
  readonly evidenceId: string;
}

/** A fact with the call whose result it is; null: it tells of money that came in. */
export interface CallbackFact extends Fact {
  readonly callId: string | null;
}

/** Throws what passes by itself: then it is judged again. Judging twice does nothing. @param how its transactions are carried out */
export type JudgeFact = (
  fact: CallbackFact,
  how?: Pick<TransactionOptions, "urgent" | "byKeys" | "lockTimeout">,
) => Promise<void>;

export function createJudgeFact(parts: RefundParts & InitiatorParts): JudgeFact {
  const { world, database, jobs } = parts;
  const takeWaiting = createTakeWaiting(parts);

  async function judgeInflow({ providerId, evidenceId }: Fact, how: TransactionOptions): Promise<void> {
    const { kind, receipt, why } = await takeInflow(parts, providerId, async () => evidenceId, how);
    if (kind === "waits") throw new Error(why ?? kind);
    world.log.debug("inflow-routed", { receipt });
  }

  async function judgeResult(fact: Fact, callId: string, how: TransactionOptions): Promise<void> {
    const { providerId, evidenceId } = fact;
    const work: Parameters<typeof database.asProvider<string | null>>[1] = async (tx) => {
      const taken = await takeResult(parts, tx, providerId, callId, evidenceId);
      if (taken === null) return null;
      await noteInitiatorResult(parts, tx, taken);
      const { kind } = taken.call;
      if (kind === "status") return takeStatus(parts, tx, taken);
      if (kind === "payout-status") await takePayoutStatus(parts, tx, taken);
      else if (kind !== "balance") await takeRefundResult(parts, tx, taken);
      return null;
    };
    const told = await database.asProvider(providerId, work, how);
    if (told === null) return;
    const inflow = { providerId, evidenceId: told };
    await judgeInflow(inflow, how).catch(async (error: unknown) => {
      // The result itself is taken, and would not be again.
      world.log.warn("inflow-of-result-waits", { error: String(error) });
      await database.asProvider(providerId, (tx) => jobs.send(tx, routeJob, inflow), how);
    });
  }

  return async ({ callId, ...fact }, how = {}) => {
    if (callId !== null) return judgeResult(fact, callId, how);
    const { urgent } = how;
    if (!(await takeWaiting(fact.providerId, fact.evidenceId, urgent === undefined ? {} : { urgent })))
      await judgeInflow(fact, how);
  };
}
