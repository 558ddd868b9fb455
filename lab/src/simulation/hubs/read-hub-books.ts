/** The hub's books as plain data, for the judge: its tables, and the list that it shows its owner. */
import type { Database } from "@karibu/cloud/ground/db/database";
import type { CashSale, HubBooks } from "../judge/chronicle.ts";
import { type Call, demand } from "./console.ts";
import type { HubSide } from "./hub-side.ts";
import { readLines } from "./make-lines.ts";
import { readRouterOrders } from "./router-port.ts";

export async function readHubBooks(
  {
    database,
    providerId,
    siteId,
    call,
    planNamed,
  }: Pick<HubSide, "database" | "providerId" | "siteId" | "call" | "planNamed">,
  startedMs: number,
): Promise<HubBooks> {
  const paid: { id: string; state: string }[] = await readList(call, "/api/v1/payments");
  const listed = paid.map(({ id, state }) => ({ purchaseId: id, state }));
  const sold = await readList(call, "/api/v1/cash-sales");
  const staff = await readList(call, "/api/v1/sellers");
  return {
    ...(await readTables(database, providerId, planNamed, startedMs)),
    listed,
    lines: await readLines(call, startedMs),
    routerOrders: await readRouterOrders(call, siteId),
    listedSales: sold.map(saleOf),
    sellers: staff.map(sellerOf),
  };
}

/** All pages. */
// biome-ignore lint/suspicious/noExplicitAny: answers of the hub
async function readList(call: Call, path: string): Promise<any[]> {
  const items = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { items: page, nextCursor } = await demand(call("GET", `${path}?limit=100${after}`));
    items.push(...page);
    cursor = nextCursor;
  }
  return items;
}

// biome-ignore lint/suspicious/noExplicitAny: an answer of the hub
const sellerOf = ({ sellerId, sites }: any): HubBooks["sellers"][number] => {
  const [{ soldCents, commissionCents, handedInCents }] = sites;
  return { seller: sellerId, soldCents, commissionCents, handedInCents };
};

// biome-ignore lint/suspicious/noExplicitAny: an answer of the hub
const saleOf = ({ saleId, sellerId, grantId, priceCents, commissionCents }: any): CashSale => ({
  saleId,
  seller: sellerId,
  rightId: grantId,
  priceCents,
  commissionCents,
});

type OfTables = Omit<HubBooks, "listed" | "lines" | "routerOrders" | "listedSales" | "sellers">;

function readTables(
  database: Database,
  providerId: string,
  planNamed: HubSide["planNamed"],
  startedMs: number,
): Promise<OfTables> {
  return database.asProvider(providerId, async (tx) => {
    const purchases = await tx.selectFrom("purchases").selectAll().orderBy("purchase_id").execute();
    const receipts = await tx.selectFrom("receipts").selectAll().orderBy("receipt").execute();
    const entries = await tx.selectFrom("ledger_entries").selectAll().orderBy("entry_id").execute();
    const postings = await tx.selectFrom("ledger_postings").selectAll().orderBy("line").execute();
    const grants = await tx.selectFrom("grants").selectAll().orderBy("grant_id").execute();
    const starts = await tx.selectFrom("grant_starts").selectAll().orderBy("grant_id").execute();
    const sessions = await tx.selectFrom("sessions").selectAll().orderBy("session_key").execute();
    const sales = await tx.selectFrom("cash_sales").selectAll().orderBy("sale_id").execute();
    const ofEntry = Map.groupBy(postings, (posting) => posting.entry_id);
    return {
      purchases: purchases.map((row) => ({
        purchaseId: row.purchase_id,
        reference: row.reference,
        state: row.state,
        plan: planNamed(row.plan_id, row.amount_cents),
        priceCents: row.amount_cents,
        review: row.review,
        createdAtMs: row.created_at_ms - startedMs,
      })),
      receipts: receipts.map((row) => ({
        receipt: row.receipt,
        purchaseId: row.purchase_id,
        amountCents: row.amount_cents,
        planCents: row.plan_cents,
        creditCents: row.credit_cents,
        suspenseCents: row.suspense_cents,
        returnedCents: row.returned_cents,
        state: row.state,
        isProved: row.proved_by !== null,
        provedBy: row.proved_by,
      })),
      entries: entries.map((row) => ({
        key: row.entry_key,
        purchaseId: row.purchase_id,
        postings: (ofEntry.get(row.entry_id) ?? []).map(({ account, amount_cents }) => ({
          account,
          amountCents: amount_cents,
        })),
      })),
      grants: grants.map((row) => ({
        rightId: row.grant_id,
        purchaseId: row.purchase_id,
        isUnverified: row.unverified,
        isRevoked: row.revoked_at_ms !== null,
      })),
      cashSales: sales.map((row) => ({
        saleId: row.sale_id,
        seller: row.seller_id,
        rightId: row.grant_id,
        priceCents: row.price_cents,
        commissionCents: row.commission_cents,
      })),
      starts: starts.map((row) => ({
        rightId: row.grant_id,
        startedAtMs: row.started_at_ms,
        endsAtMs: row.ends_at_ms,
      })),
      sessions: sessions.map((row) => ({
        session: row.session_id ?? row.session_key,
        rightId: row.grant_id,
        isOpen: row.stopped_at_ms === null,
        bytes: row.input_bytes + row.output_bytes,
      })),
    };
  });
}
