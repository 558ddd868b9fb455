/** Refunds that went wrong come to an end: tried again in the same or another way, or settled by the word of a person who has looked. */
import { cutText } from "@karibu/protocol/whole-text";
import type { Tx } from "../../ground/db/database.ts";
import { isClockSure } from "../../ground/db/hub-clock.ts";
import { refusal } from "../../ground/http/problem.ts";
import { isOfAnother, type RefundParts, type RefundRow, readRefund, setRefund } from "./refund-rows.ts";
import { askRefund } from "./refunds.ts";
import { bookDone } from "./send-refund.ts";

/** Who decides, and under which key. */
interface By {
  readonly userId: string;
  readonly idempotencyKey: string;
}

/** A new refund in the place of one that failed; of the same sum, under the same rules, also that of the second person. */
export async function retryRefund(
  parts: RefundParts,
  tx: Tx,
  failed: RefundRow,
  how: By & { readonly method: RefundRow["method"] | null; readonly phone?: string },
): Promise<RefundRow> {
  const { providerId, refundId, purchaseId, voucherId } = failed;
  const { cashSaleId } = failed;
  refuseUnless(failed, ["failed", "returned"]);
  const { userId, method, phone } = how;
  // A new key: under the first one's key that refund itself would be found, and nothing sent.
  const idempotencyKey = `retry:${refundId}:${how.idempotencyKey}`;
  await resolve(parts, tx, failed, "retried", userId, null);
  return askRefund(parts, tx, {
    providerId,
    userId,
    idempotencyKey,
    retryOf: failed.refundId,
    method: method ?? failed.method,
    ...(purchaseId === null ? {} : { paymentId: purchaseId }),
    ...(voucherId === null ? {} : { voucherId }),
    ...(cashSaleId === null ? {} : { cashSaleId }),
    ...(phone === undefined ? {} : { phone }),
    amountCents: failed.amountCents,
    reason: failed.reason,
    revoke: failed.revoke,
  });
}

export type RefundOutcome = "paid" | "not-paid" | "given-up";

/** Results come within minutes; on days when M-Pesa is slow, within the hour. */
const onItsWayMs = 3_600_000;

/**
 * `paid`: the customer has it, so it goes into the books. `not-paid`: they have not, so it may be tried again; of one that was
 * sent within the hour, or whose answer was lost then, nobody can know that. `given-up`: one that failed is not tried again.
 */
export async function settleRefund(
  parts: RefundParts,
  tx: Tx,
  row: RefundRow,
  said: { readonly outcome: RefundOutcome; readonly userId: string; readonly note: string; readonly receipt?: string },
): Promise<RefundRow> {
  const { outcome, userId, note } = said;
  if (outcome === "given-up") {
    refuseUnless(row, ["failed", "returned"]);
    return resolve(parts, tx, row, "given-up", userId, note);
  }
  refuseUnless(row, outcome === "paid" ? ["failed", "unknown", "sent"] : ["unknown", "sent"]);
  const sentForMs = parts.world.clock.wall().atMs - row.changedAtMs;
  if (outcome === "not-paid" && (sentForMs < onItsWayMs || !isClockSure(parts.world))) throw refusal("on-its-way");
  if (outcome === "paid") {
    const receipt = asStated(row, said.receipt ?? null);
    if (receipt !== null && (await isOfAnother(tx, row, receipt)))
      throw refusal("reference-taken", { field: "receipt" });
    await bookDone(parts, tx, row, receipt);
  } else await setRefund(parts.world, tx, row, { state: "failed", problem: cutText(`not paid: ${note}`, 300) });
  const now = (await readRefund(tx, row.providerId, row.refundId)) as RefundRow;
  // What a statement knows to have come back stays open, whatever the person saw of it.
  return now.state === "done" ? resolve(parts, tx, now, "paid", userId, note) : now;
}

/** As a statement has it: people type M-Pesa's receipts in small letters too. Other channels' names are what they are. */
const asStated = ({ method }: RefundRow, receipt: string | null): string | null =>
  method === "channel" ? receipt : (receipt?.toUpperCase() ?? null);

function refuseUnless(row: RefundRow, states: readonly RefundRow["state"][]): void {
  if (states.includes(row.state) && row.resolution === null) return;
  throw refusal("decided");
}

function resolve(
  { world }: RefundParts,
  tx: Tx,
  row: RefundRow,
  resolution: NonNullable<RefundRow["resolution"]>,
  userId: string,
  note: string | null,
): Promise<RefundRow> {
  const resolved = { resolvedBy: userId, resolvedAtMs: world.clock.wall().atMs };
  return setRefund(world, tx, row, { resolution, note, ...resolved });
}
