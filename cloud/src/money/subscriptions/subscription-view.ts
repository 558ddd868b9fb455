/** A subscription as the API shows it. */
import { z } from "zod";
import { accountNames } from "../../catalogue/accounts/accounts.ts";
import { customerNames } from "../../catalogue/customers/customer-names.ts";
import { customersOf } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { nameOf } from "../../ground/db/names-by-id.ts";
import { notFound } from "../../ground/http/problem.ts";
import { readCustomerNumber } from "../matching/customer-numbers.ts";
import { dueCents, itemsOf } from "./charge-subscription.ts";
import { packageRows } from "./package-rows.ts";
import type { AnySubscriptionRow, ItemRow, PackageRow, SubscriptionRow } from "./subscription.ts";
import { graceUntilOf, phaseOf } from "./subscription-policy.ts";
import { factsOf } from "./subscription-rows.ts";

export const everyView = z.strictObject({
  unit: z.enum(["day", "week", "month"]),
  count: z.int().min(1).max(36),
});

export const itemView = z.object({
  itemId: z.string(),
  kind: z.enum(["fee", "late-fee", "deposit", "add-on"]),
  name: z.string(),
  amountCents: z.int(),
  /** An add-on is open until it ends: it is paid with each period. */
  state: z.enum(["open", "paid", "waived", "returned"]),
  madeBy: z.string(),
  madeAtMs: z.int(),
});

export const subscriptionView = z.object({
  subscriptionId: z.string(),
  /** `line`: an account's right to a plan, period by period. `package`: a phone's package, bought anew before the last one ends. */
  kind: z.enum(["line", "package"]),
  /** Null for a package: its phone says whose it is. */
  customerId: z.string().nullable(),
  customerName: z.string().nullable(),
  accountId: z.string().nullable(),
  username: z.string().nullable(),
  planId: z.string(),
  planName: z.string(),
  priceCents: z.int(),
  currency: z.string(),
  /** Null for a package: it ends as its plan says. */
  every: everyView.nullable(),
  /** Of a package: where it is bought, and for which phone. */
  siteId: z.string().nullable(),
  phone: z.string().nullable(),
  /** Of a package: why it waits or is over. `no-credit`, `prompted`, `switched-off`, `not-sold`, `taken-back`, `never-ends`, or why its purchase was refused. */
  problem: z.string().nullable(),
  /** Of a line: what its customer types as the account at the paybill; null: none yet. */
  payNumber: z.string().nullable(),
  /** How often the phone was asked for what credit does not cover, since it was paid last. */
  prompts: z.int(),
  /** Of a package: the payment that bought the last one. */
  lastPaymentId: z.string().nullable(),
  /** When somebody looks at it next; null: nothing of it changes by the clock. */
  nextLookMs: z.int().nullable(),
  /** `grace`: not paid, and let in as usual. `over`: what the rules say comes then. */
  state: z.enum(["active", "grace", "over", "suspended", "paused", "ended"]),
  paidUntilMs: z.int(),
  graceUntilMs: z.int(),
  promisedUntilMs: z.int().nullable(),
  pauseUntilMs: z.int().nullable(),
  suspendedReason: z.string().nullable(),
  autoRenew: z.boolean(),
  /** Of a line: the customer says that M-Pesa pays it by a standing order. */
  standingOrder: z.boolean(),
  cancelAtEnd: z.boolean(),
  /** For one period more, with what is open beside it. */
  dueCents: z.int(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});

export const viewOfItem = (item: ItemRow): z.input<typeof itemView> => ({
  itemId: item.itemId,
  kind: item.kind,
  name: item.name,
  amountCents: item.amountCents,
  state: item.state,
  madeBy: item.madeBy,
  madeAtMs: item.madeAtMs,
});

/** Of both kinds, in their order. */
export async function viewsOf(
  tx: Tx,
  rows: readonly AnySubscriptionRow[],
  nowMs: number,
): Promise<z.input<typeof subscriptionView>[]> {
  const ids = rows.filter(({ kind }) => kind === "package").map((row) => row.subscriptionId);
  const packages =
    ids.length === 0 ? [] : await packageRows(tx).where("subscriptions.subscriptionId", "in", ids).execute();
  const views: z.input<typeof subscriptionView>[] = [];
  for (const row of rows) {
    const found = packages.find(({ subscriptionId: id }) => id === row.subscriptionId);
    views.push(found === undefined ? await viewOf(tx, row as SubscriptionRow, nowMs) : await viewOfPackage(tx, found));
  }
  return views;
}

/** One of either kind. Throws Problem "not-found". */
export async function viewAny(
  tx: Tx,
  subscriptionId: string,
  nowMs: number,
): Promise<z.input<typeof subscriptionView>> {
  const row = await tx
    .selectFrom("subscriptions")
    .selectAll()
    .where("subscriptionId", "=", subscriptionId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("subscription");
  return (await viewsOf(tx, [row], nowMs))[0] as z.input<typeof subscriptionView>;
}

export async function viewOfPackage(tx: Tx, row: PackageRow): Promise<z.input<typeof subscriptionView>> {
  const [customer] = await customersOf(tx, row.providerId, [row.party]);
  return {
    ...commonView(row),
    customerId: customer?.customerId ?? null,
    customerName: customer?.name ?? null,
    accountId: null,
    username: null,
    every: null,
    siteId: row.siteId,
    phone: row.phoneMasked,
    problem: row.problem,
    payNumber: null,
    lastPaymentId: row.lastPurchaseId,
    state: row.endedAtMs !== null ? "ended" : row.suspendedAtMs === null ? "active" : "over",
    graceUntilMs: row.paidUntilMs,
    dueCents: row.priceCents,
  };
}

/** What both kinds have. */
const commonView = (row: AnySubscriptionRow) => ({
  subscriptionId: row.subscriptionId,
  kind: row.kind,
  planId: row.planId,
  planName: row.planName,
  priceCents: row.priceCents,
  currency: row.currency,
  paidUntilMs: row.paidUntilMs,
  promisedUntilMs: row.promisedUntilMs,
  pauseUntilMs: row.pauseUntilMs,
  suspendedReason: row.suspendedReason,
  autoRenew: row.autoRenew,
  standingOrder: row.standingOrder,
  cancelAtEnd: row.cancelAtEnd,
  prompts: row.prompts,
  nextLookMs: row.nextLookMs,
  createdAtMs: row.createdAtMs,
  updatedAtMs: row.updatedAtMs,
});

export async function viewOf(tx: Tx, row: SubscriptionRow, nowMs: number): Promise<z.input<typeof subscriptionView>> {
  const facts = await factsOf(tx, row);
  const names = await accountNames(tx, row.providerId, [row.accountId]);
  const owners = await customerNames(tx, row.providerId, [row.customerId]);
  return {
    ...commonView(row),
    customerId: row.customerId,
    customerName: nameOf(owners, row.customerId),
    accountId: row.accountId,
    username: nameOf(names, row.accountId),
    siteId: null,
    phone: null,
    problem: null,
    payNumber: await readCustomerNumber(tx, row.customerId),
    lastPaymentId: null,
    every: { unit: row.everyUnit, count: row.everyCount },
    state: phaseOf(facts, nowMs),
    graceUntilMs: graceUntilOf(facts),
    dueCents: dueCents(row, await itemsOf(tx, row.subscriptionId), 1),
  };
}
