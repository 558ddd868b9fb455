/**
 * What belongs to the customer who asks. Whoever names somebody else's thing, of the same provider or of another one, hears the same 404 as who
 * names nothing at all.
 */
import { type CustomerRow, readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { CustomerCaller } from "../../ground/http/actor.ts";
import { customerRefusal, notFound } from "../../ground/http/problem.ts";
import { readInvoice } from "../../money/invoices/invoice-rows.ts";
import type { SubscriptionRow } from "../../money/subscriptions/subscription.ts";
import { readSubscription } from "../../money/subscriptions/subscription-rows.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { maySell } from "../../tenancy/providers/selling-policy.ts";

export const readSelf = (tx: Tx, { customerId }: CustomerCaller): Promise<CustomerRow> => readCustomer(tx, customerId);

/** Locked until the transaction ends. */
export async function readOwnSubscription(
  tx: Tx,
  { customerId }: CustomerCaller,
  subscriptionId: string,
): Promise<SubscriptionRow> {
  const row = await readSubscription(tx, subscriptionId);
  if (row.customerId !== customerId) throw notFound("subscription");
  return row;
}

/** One of theirs that is to be paid, with its account number. Locked until the transaction ends. */
export async function readOwnInvoice(
  tx: Tx,
  { providerId, phoneHash: party }: Pick<CustomerRow, "providerId" | "phoneHash">,
  invoiceId: string,
) {
  const row = await readInvoice(tx, providerId, invoiceId);
  if (party === null || row.party !== party) throw notFound("invoice");
  const { state, accountNumber } = row;
  if (state !== "issued" || accountNumber === null) throw customerRefusal("invoice-not-open");
  return { ...row, accountNumber };
}

/** Who pays needs a number in the books: credit is a number's. */
export function refusePhoneless(customer: Pick<CustomerRow, "phoneHash">): void {
  if (customer.phoneHash === null) throw customerRefusal("customer-without-phone", { rule: "own-phone-unknown" });
}

/** Staff switched them off: they look, and change nothing. */
export function refuseSuspended(customer: Pick<CustomerRow, "active">): void {
  if (!customer.active) throw customerRefusal("customer-suspended", { rule: "switched-off-here" });
}

/** A provider who was shut sells nothing: nobody pays for what will not be there. */
export async function refuseShut(tx: Tx, providerId: string, nowMs: number): Promise<void> {
  const provider = await readProviderRow(tx, providerId);
  if (!maySell(provider, nowMs)) throw customerRefusal("not-selling", { rule: "nothing-paid-here" });
}
