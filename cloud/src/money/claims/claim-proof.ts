/** Claims of money that only a callback has reported: a claim does not verify it, and evades no limit. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { payerFits, readPayer } from "../evidence/inflow.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { mayTrust } from "../purchases/unverified-limit.ts";
import { awaitsVerification, isOnlyEntered, type ReceiptRow } from "../receipts/receipt-rows.ts";
import { type ClaimRow, closeClaim } from "./claim-log.ts";

/** The money is proved, or one of us says whose it is. What one of us typed is not believed because one of us says it again. */
export const isBelieved = (claim: ClaimRow, row: ReceiptRow): boolean =>
  row.corroborated || (claim.userId !== null && !isOnlyEntered(row));

/** A claim alone gives unverified money within the hourly limit only. */
export async function mustBeProved(parts: PurchaseParts, tx: Tx, claim: ClaimRow, row: ReceiptRow): Promise<boolean> {
  if (isBelieved(claim, row)) return false;
  const { providerId, currency, amountCents } = row;
  return awaitsVerification(row) || !(await mayTrust(parts, tx, { providerId, currency, amountCents }));
}

/** The money is here, and waits for the channel's word. @param isNew nobody has been asked because of this claim */
export async function askFirst(world: World, tx: Tx, claim: ClaimRow, { receipt }: ReceiptRow, isNew: boolean) {
  await closeClaim(tx, world, claim, "asked", "the channel is asked");
  return { kind: "asked", claimId: claim.claimId, isNew, receipt, purchaseIds: [] } as const;
}

/** The channel itself says that this phone paid it: that counts for more than a person who said no. */
export const provesOwner = (claim: Pick<ClaimRow, "phoneHash">, row: ReceiptRow): boolean =>
  row.corroborated && row.payerHash !== null && row.payerHash === claim.phoneHash;

/** Without the payer's number on our side, the last digits that the source shows must fit what the customer gave. */
export function isPayer(claim: ClaimRow, row: ReceiptRow): boolean {
  if (claim.phoneHash === null) return false;
  const payer = { payer: readPayer(row.payerMasked), party: row.payerHash };
  return payerFits(payer, { party: claim.phoneHash, mask: claim.phoneMasked });
}
