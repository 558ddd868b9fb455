/** Reads a payment with what it opened, for what staff do about it. */
import { grantHolder, grantOfPurchase, readGrantLease } from "../../catalogue/grants/held-grant.ts";
import { readEnd } from "../../catalogue/grants/paused-time.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { findPurchase, type PurchaseRow } from "../purchases/purchase-rows.ts";
import { type SaleProblem, saleProblem } from "./payer-help-policy.ts";

export interface Sale {
  readonly purchase: PurchaseRow;
  /** The site that can open the grant now: where it was sold, or where it went. */
  readonly siteId: string;
  readonly problem: SaleProblem | null;
}

/** Locks the payment until the transaction ends. Throws a Problem 404. */
export async function readSale(tx: Tx, providerId: string, purchaseId: string, nowMs: number): Promise<Sale> {
  const purchase = await findPurchase(tx, providerId, purchaseId);
  if (purchase === undefined) throw notFound("payment");
  const grant = await grantOfPurchase(tx, providerId, purchaseId);
  const held = grant === undefined ? null : grantHolder(grant, await readGrantLease(tx, grant.grantId));
  const endsAtMs = held === null ? null : await readEnd(tx, { providerId, siteId: held.siteId, grantId: held.leaseId });
  const facts = { revokedAtMs: grant?.revokedAtMs ?? null, endsAtMs };
  return {
    purchase,
    siteId: held?.siteId ?? purchase.siteId,
    problem: saleProblem({ state: purchase.state, grant: held === null ? null : facts }, nowMs),
  };
}

/** The same, of a payment that something can be done about. Throws a Problem 409 that names why not. */
export async function readUsableSale(tx: Tx, providerId: string, purchaseId: string, nowMs: number): Promise<Sale> {
  const sale = await readSale(tx, providerId, purchaseId, nowMs);
  if (sale.problem !== null) throw refusal(sale.problem);
  return sale;
}
