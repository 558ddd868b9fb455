/** Whom staff make at the hub before a story begins: subscribers with an account, and sellers with a PIN. */
import { accountGrantId } from "@karibu/protocol/grant-id";
import type { VirtualTime } from "../../world/virtual-time.ts";
import type { PlanTerms, Right } from "../judge/chronicle.ts";
import { type PlanName, plansAt, type SiteShape } from "../sites/site-story.ts";
import type { Uplink } from "../sites/site-town.ts";
import { type Call, demand } from "./console.ts";
import { type Dues, setRules } from "./make-lines.ts";
import type { HubPlan } from "./offers.ts";

export interface People extends Pick<Uplink, "accounts" | "sellers"> {
  /** Of accounts that somebody is to pay for. */
  readonly lines: readonly string[];
  /** By the names that the judge has for sellers. */
  readonly sellerIds: readonly string[];
  /** Of each seller, so many thousandths of what is sold. */
  readonly commissions: readonly number[];
}

const nameOfAccountPlan = (plan: PlanName): string => `${plan}, by account`;

/** An account has no end by itself: its line says it, where it has one. */
export const accountPlansAt = (startedMs: number): Readonly<Record<string, PlanTerms>> =>
  Object.fromEntries(
    Object.entries<PlanTerms>(plansAt(startedMs)).map(([name, terms]) => [
      nameOfAccountPlan(name as PlanName),
      { ...terms, validitySeconds: null },
    ]),
  );

export async function makePeople(
  call: Call,
  time: VirtualTime,
  { accounts, sellers }: Pick<SiteShape, "accounts" | "sellers">,
  { siteId, planIds }: { readonly siteId: string; readonly planIds: ReadonlyMap<string, HubPlan> },
  { dues, graceSeconds }: Dues,
  takeOver: (line: { accountId: string; planId: string; rightId: string; inMinutes: number }) => Promise<string>,
): Promise<People> {
  // A PIN is hashed on a thread of the pool, which no simulated time sees.
  const make = (path: string, body: object) => time.track(demand(call("POST", `/api/v1${path}`, body)));
  const made: { username: string; right: Right }[] = [];
  const lines: string[] = [];
  if (dues.some((minutes) => minutes !== null)) await demand(setRules(call, graceSeconds));
  for (const [index, plan] of accounts.entries()) {
    const username = `guest${index}`;
    const { customerId } = await make("/customers", { name: `Guest ${index}` });
    const [planId] = [...planIds].find(([, name]) => name === plan) ?? [];
    const log = {
      customerId,
      username,
      password: "rightly",
      chap: true,
      service: "hotspot",
      planId,
      siteIds: [siteId],
    };
    const inMinutes = dues[index] ?? null;
    const paid = inMinutes === null ? { billing: "free", freeReason: "A guest of the house" } : {};
    const { accountId } = await make("/accounts", { ...log, ...paid });
    const rightId = accountGrantId(accountId, undefined);
    if (inMinutes !== null) lines.push(await takeOver({ accountId, planId: planId ?? "", rightId, inMinutes }));
    made.push({ username, right: { rightId, kind: "account", plan: nameOfAccountPlan(plan) } });
  }
  const sold: { name: string; pin: string }[] = [];
  const sellerIds: string[] = [];
  const commissions: number[] = [];
  for (let index = 0; index < sellers; index++) {
    const seller = { name: `Seller ${index}`, pin: "482910" };
    const commissionPermille = 35 + index * 75;
    const sites = [{ siteId, floatCents: index === 0 ? null : 30_000 }];
    const { sellerId } = await make("/sellers", { ...seller, commissionPermille, sites });
    sold.push(seller);
    commissions.push(commissionPermille);
    sellerIds.push(sellerId);
  }
  return { accounts: made, lines, sellers: sold, sellerIds, commissions };
}
