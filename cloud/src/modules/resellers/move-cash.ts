/** Cash between a reseller and the office. */
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { transferEntry } from "../../money/ledger/entries.ts";
import type { Ledger } from "../../money/ledger/post-entry.ts";
import { wasPosted } from "../../money/ledger/repeated-post.ts";
import { lockReseller, type ResellerStanding, standingIn } from "./resellers.ts";

export interface ResellerCash {
  readonly resellerId: string;
  /** `hand-in`: to the office; beyond what is owed it is paid ahead. `pay-out`: what was paid ahead goes back. */
  readonly verb: "hand-in" | "pay-out";
  readonly amountCents: number;
  readonly currency: string;
  readonly key: string;
}

/** The same key again changes nothing; with another amount it is refused. Never pays out more than was paid ahead. */
export async function moveCash(
  ledger: Ledger,
  tx: Tx,
  providerId: string,
  { resellerId, verb, amountCents, currency, key }: ResellerCash,
): Promise<ResellerStanding> {
  await lockReseller(tx, resellerId);
  const float = `float:${resellerId}` as const;
  const [from, to] = verb === "hand-in" ? ([float, "cash"] as const) : (["cash", float] as const);
  const entry = transferEntry(`reseller-${verb}:${resellerId}:${key}`, "float", { from, to, amountCents, currency });
  const standing = () => standingIn(tx, { providerId, resellerId, currency });
  if (await wasPosted(tx, providerId, entry)) return standing();
  if (verb === "pay-out" && (await standing()).balanceCents < amountCents)
    throw refusal("too-much", { field: "amountCents" });
  await ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
  return standing();
}
