/** Cash between a seller and the office. The books and what the site may go on selling for change in one transaction. */
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { wasPosted } from "../ledger/repeated-post.ts";
import { publishSeller, readAllStandings, readSeller, type SellerAtSite, type SellerParts } from "./sellers.ts";

export interface CashMove {
  readonly sellerId: string;
  /** Where the cash was taken: each site counts its own. */
  readonly siteId: string;
  /** `hand-in`: from the seller to the office; beyond what is owed it is paid ahead. `pay-out`: what was paid ahead goes back. */
  readonly verb: "hand-in" | "pay-out";
  readonly amountCents: number;
  /** Left out: the provider's. */
  readonly currency?: string | undefined;
  readonly idempotencyKey: string;
}

/** The same key again changes nothing; with another amount it is refused. Throws Problems that name the field. */
export async function moveCash(
  parts: SellerParts & { readonly ledger: Ledger },
  tx: Tx,
  providerId: string,
  move: CashMove,
): Promise<SellerAtSite> {
  const { sellerId, siteId, verb, amountCents } = move;
  await readSeller(tx, sellerId, true);
  const site = await tx
    .selectFrom("seller_sites")
    .select("siteId")
    .where("sellerId", "=", sellerId)
    .where("siteId", "=", siteId)
    .forUpdate()
    .executeTakeFirst();
  if (site === undefined) throw notFound("site of this seller", "siteId");
  const currency = await ownCurrency(tx, providerId, move.currency);
  const float = `float:${sellerId}` as const;
  const [from, to] = verb === "hand-in" ? ([float, "cash"] as const) : (["cash", float] as const);
  const entryKey = `seller-${verb}:${sellerId}:${move.idempotencyKey}`;
  const entry = transferEntry(entryKey, "float", { from, to, amountCents, currency });
  if (await wasPosted(tx, providerId, entry)) return await standingAt(tx, sellerId, siteId);
  const { owedCents } = await standingAt(tx, sellerId, siteId);
  if (verb === "pay-out" && -owedCents < amountCents) throw refusal("too-much", { field: "amountCents" });
  await parts.ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
  await tx
    .updateTable("seller_sites")
    .set((row) => ({
      handedInCents: row("handedInCents", "+", verb === "hand-in" ? amountCents : -amountCents),
    }))
    .where("sellerId", "=", sellerId)
    .where("siteId", "=", siteId)
    .execute();
  await publishSeller(parts, tx, sellerId);
  return await standingAt(tx, sellerId, siteId);
}

/** What a seller has sold is counted in the provider's currency alone: another one would free a float that is not paid. */
async function ownCurrency(tx: Tx, providerId: string, asked: string | undefined): Promise<string> {
  const provider = await readProviderRow(tx, providerId);
  if (asked === undefined || provider.currency === asked) return provider.currency;
  throw refusal("other-currency", {
    status: 422,
    field: "currency",
    rule: "currency-here",
    value: provider.currency,
  });
}

/** At a site that they have left, too. */
async function standingAt(tx: Tx, sellerId: string, siteId: string): Promise<SellerAtSite> {
  const standing = (await readAllStandings(tx, [sellerId])).get(sellerId)?.find((one) => one.siteId === siteId);
  if (standing === undefined) throw notFound("site of this seller", "siteId");
  return standing;
}
