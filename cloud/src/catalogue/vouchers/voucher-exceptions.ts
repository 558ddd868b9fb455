/** Vouchers whose state differs from that of their batch: switched off, over in the system that they came from, or with a lease at another site. */
import type { Tx } from "../../ground/db/database.ts";

/** Nobody can begin one with these. What is over elsewhere stays so, whoever switches it on. */
export const statesOff = ["disabled", "redeemed-elsewhere"] as const;

/** Returns false where the voucher is off: it stays so, and the move is not published. */
export async function noteTransfer(
  tx: Tx,
  { providerId, batchId, serial }: { readonly providerId: string; readonly batchId: string; readonly serial: number },
  nowMs: number,
): Promise<boolean> {
  const state = { state: "transferred" as const, atMs: nowMs };
  await tx
    .insertInto("voucher_exceptions")
    .values({ providerId, batchId, serial, ...state })
    .onConflict((on) =>
      on
        .columns(["providerId", "batchId", "serial"])
        .doUpdateSet(state)
        .where("voucher_exceptions.state", "not in", statesOff),
    )
    .execute();
  const now = await tx
    .selectFrom("voucher_exceptions")
    .select("state")
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .executeTakeFirst();
  return now?.state === "transferred";
}
