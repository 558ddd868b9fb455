import { parseGrantId, type VoucherRef } from "@karibu/protocol/grant-id";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { readCodes } from "./vouchers.ts";

/** The codes of those grants that were made of vouchers. One read, however many grants: the page of a list. */
export function codesOfGrants(envelope: Envelope) {
  return async (tx: Tx, grantIds: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> => {
    const vouchers = grantIds.flatMap((grantId): [string, VoucherRef][] => {
      const grant = grantId === null ? null : parseGrantId(grantId);
      return grantId !== null && (grant?.kind === "voucher" || grant?.kind === "voucher-bridge")
        ? [[grantId, grant]]
        : [];
    });
    if (vouchers.length === 0) return new Map();
    const batchIds = [...new Set(vouchers.map(([, { batchId }]) => batchId))];
    const batches = await tx.selectFrom("voucher_batches").selectAll().where("batchId", "in", batchIds).execute();
    const known = new Map(batches.map((batch) => [batch.batchId, batch]));
    const places = vouchers.flatMap(([, { batchId, serial }]) => {
      const batch = known.get(batchId);
      return batch === undefined || serial >= batch.quantity ? [] : [{ batch, serial }];
    });
    const codeOf = await readCodes(envelope, tx, places);
    return new Map(
      vouchers.flatMap(([grantId, { batchId, serial }]) => {
        const batch = known.get(batchId);
        return batch === undefined || serial >= batch.quantity ? [] : [[grantId, codeOf(batchId, serial)]];
      }),
    );
  };
}
