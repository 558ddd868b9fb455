/**
 * An installation is done: the customer, the account, the subscription and where the equipment stays are made of it in one transaction, so a
 * technician whose line breaks has all of it or nothing, and a second try makes nothing twice.
 */
import { type AccountParts, insertAccount } from "../../catalogue/accounts/accounts.ts";
import { insertCustomer, readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type Problem, refusal } from "../../ground/http/problem.ts";
import { makeLine } from "../../money/subscriptions/make-line.ts";
import { customerPlace, jobPlace } from "../stock/places.ts";
import { type Mover, moveItem, readItem } from "../stock/stock.ts";
import type { InstallationRow } from "./installation.ts";
import { isEnded } from "./installation-policy.ts";
import { type InstallationParts, phoneOfInstallation, set } from "./installations.ts";

export interface CompleteParts extends InstallationParts, AccountParts {}

export interface Completion {
  /** Left out: the one who has the phone number, or a new one. */
  readonly customerId: string | null;
  readonly username: string;
  readonly password: string;
  readonly service: "hotspot" | "pppoe" | "any";
  readonly siteIds: readonly string[];
  readonly planId: string;
  readonly every: { readonly unit: "day" | "week" | "month"; readonly count: number };
  readonly autoRenew: boolean;
}

export const installationOver = (): Problem => refusal("installation-over");

/** @param before read under its lock. Throws Problems that name the field, and 409 "installation-over" */
export async function completeInstallation(
  parts: CompleteParts,
  tx: Tx,
  before: InstallationRow,
  wanted: Completion,
  who: Mover,
): Promise<InstallationRow> {
  if (isEnded(before.state)) throw installationOver();
  const { providerId } = before;
  const customerId = wanted.customerId ?? (await customerOf(parts, tx, before));
  await readCustomer(tx, customerId);
  const account = await insertAccount(parts, tx, providerId, {
    customerId,
    username: wanted.username,
    password: wanted.password,
    chap: false,
    service: wanted.service,
    planId: wanted.planId,
    siteIds: wanted.siteIds,
    address: null,
    macs: [],
    own: { downKbps: null, upKbps: null, devices: null },
  });
  const { planId, every, autoRenew } = wanted;
  const line = await makeLine(parts, tx, { account, planId, every, autoRenew, who: who.name });
  const items = await tx
    .selectFrom("stock_items")
    .select("itemId")
    .where("place", "=", jobPlace(before.installationId))
    .orderBy("itemId")
    .execute();
  for (const { itemId } of items) {
    const item = await readItem(tx, itemId);
    const isSold = item.holding === "sold";
    const move = { to: isSold ? "sold" : customerPlace(customerId), why: isSold ? "sold" : "lent" } as const;
    await moveItem(parts, tx, item, { ...move, customerId, installationId: before.installationId }, who);
  }
  return set(parts, tx, before, {
    state: "done",
    customerId,
    accountId: account.accountId,
    subscriptionId: line.subscriptionId,
    endedAtMs: parts.world.clock.wall().atMs,
  });
}

/** Who has this number is the same person: two customers can't have it. */
async function customerOf(parts: CompleteParts, tx: Tx, row: InstallationRow): Promise<string> {
  const phone = phoneOfInstallation(parts, row);
  if (phone !== null) {
    const known = await tx
      .selectFrom("customers")
      .select("customerId")
      .where("phoneHash", "=", parts.parties.ofPhone(row.providerId, phone))
      .where("deletedAtMs", "is", null)
      .executeTakeFirst();
    if (known !== undefined) return known.customerId;
  }
  const { name, siteId } = row;
  const fields = { name, phone, email: null, siteId, note: row.placeNote, active: true };
  return (await insertCustomer(parts, tx, row.providerId, fields)).customerId;
}
