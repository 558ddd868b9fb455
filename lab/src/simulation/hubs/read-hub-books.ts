/** The hub's books as plain data, for the judge: its tables, and the list that it shows its owner. */
import type { Database } from "@karibu/cloud/ground/db/database";
import type { CashSale, HubBooks } from "../judge/chronicle.ts";
import { type Call, demand } from "./console.ts";
import type { HubSide } from "./hub-side.ts";
import { readLines } from "./make-lines.ts";
import { allPhones } from "./payers.ts";
import { readRouterOrders } from "./router-port.ts";

export async function readHubBooks(
  {
    database,
    providerId,
    siteId,
    call,
    planNamed,
    namesOf,
  }: Pick<HubSide, "database" | "providerId" | "siteId" | "call" | "planNamed"> & Partial<Pick<HubSide, "namesOf">>,
  startedMs: number,
): Promise<HubBooks> {
  const paid: { id: string; state: string }[] = await readList(call, "/api/v1/payments");
  const listed = paid.map(({ id, state }) => ({ purchaseId: id, state }));
  const sold = await readList(call, "/api/v1/cash-sales");
  const staff = await readList(call, "/api/v1/sellers");
  const received = await readList(call, "/api/v1/money-received");
  const seen: { id: string }[] = await readList(call, "/api/v1/review");
  const tables = await readTables(database, providerId, { planNamed, names: await namesOf?.(allPhones()) }, startedMs);
  const toSee = new Set(seen.map(({ id }) => id));
  return {
    ...tables,
    openRefunds: tables.openRefunds.map((refund) => ({
      ...refund,
      isSeen: refund.isSeen || toSee.has(refund.refundId),
    })),
    listed,
    lines: await readLines(call, startedMs),
    routerOrders: await readRouterOrders(call, siteId),
    listedSales: sold.map((sale) => ({ ...saleOf(sale), soldAtMs: sale.soldAtMs - startedMs })),
    sellers: staff.map(sellerOf),
    received: received.map(({ receipt, amountCents, state }) => ({ receipt, amountCents, state })),
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
  const [{ soldCents, commissionCents, handedInCents, owedCents }] = sites;
  return { seller: sellerId, soldCents, commissionCents, handedInCents, owedCents };
};

// biome-ignore lint/suspicious/noExplicitAny: an answer of the hub
const saleOf = ({ saleId, sellerId, grantId, priceCents, commissionCents }: any): CashSale => ({
  saleId,
  seller: sellerId,
  rightId: grantId,
  priceCents,
  commissionCents,
});

type OfTables = Omit<HubBooks, "listed" | "lines" | "routerOrders" | "listedSales" | "sellers" | "received"> &
  Required<Pick<HubBooks, "openRefunds">>;

function readTables(
  database: Database,
  providerId: string,
  { planNamed, names }: Pick<HubSide, "planNamed"> & { readonly names: ReadonlyMap<string, string> | undefined },
  startedMs: number,
): Promise<OfTables> {
  const numberOf = (party: string | null) => names?.get(party ?? "") ?? null;
  const buyerOf = (party: string | null) => (names === undefined ? {} : { buyer: numberOf(party) });
  return database.asProvider(providerId, async (tx) => {
    const purchases = await tx.selectFrom("purchases").selectAll().orderBy("purchaseId").execute();
    const receipts = await tx.selectFrom("receipts").selectAll().orderBy("receipt").execute();
    const entries = await tx.selectFrom("ledger_entries").selectAll().orderBy("entryId").execute();
    const postings = await tx.selectFrom("ledger_postings").selectAll().orderBy("line").execute();
    const grants = await tx.selectFrom("grants").selectAll().orderBy("grantId").execute();
    const changes = await tx.selectFrom("grant_changes").selectAll().orderBy("grantId").execute();
    const starts = await tx.selectFrom("grant_starts").selectAll().orderBy("grantId").execute();
    const sessions = await tx.selectFrom("sessions").selectAll().orderBy("sessionKey").execute();
    const refunds = await tx
      .selectFrom("refunds")
      .selectAll()
      .where("state", "!=", "refused")
      .orderBy("refundId")
      .execute();
    const holds = await tx.selectFrom("credit_holds").selectAll().execute();
    const sales = await tx.selectFrom("cash_sales").selectAll().orderBy("saleId").execute();
    const lockedFor = (purchaseId: string) => holds.find((hold) => hold.purchaseId === purchaseId)?.amountCents ?? 0;
    const ofRefund = ({
      refundId,
      purchaseId,
      voucherId,
      cashSaleId,
      method,
      amountCents,
    }: (typeof refunds)[number]) => {
      const sale = sales.find((row) => `${row.siteId}.${row.saleId}` === cashSaleId);
      return { refundId, of: purchaseId ?? sale?.grantId ?? `v.${voucherId}`, method, amountCents };
    };
    const [done = [], open = []] = [true, false].map((isDone) =>
      refunds.filter(({ state }) => (state === "done") === isDone),
    );
    const ofEntry = Map.groupBy(postings, (posting) => posting.entryId);
    return {
      purchases: purchases.map((row) => ({
        purchaseId: row.purchaseId,
        reference: row.reference,
        state: row.state,
        plan: planNamed(row.planId, row.amountCents),
        priceCents: row.amountCents,
        review: row.review,
        createdAtMs: row.createdAtMs - startedMs,
        heldCents: Math.max(row.heldCents, lockedFor(row.purchaseId)),
        lockedCents: lockedFor(row.purchaseId),
        ...buyerOf(row.phoneHash),
      })),
      receipts: receipts.map((row) => ({
        receipt: row.receipt,
        purchaseId: row.purchaseId,
        amountCents: row.amountCents,
        planCents: row.planCents,
        creditCents: row.creditCents,
        suspenseCents: row.suspenseCents,
        returnedCents: row.returnedCents,
        state: row.state,
        isProved: row.provedBy !== null,
        provedBy: row.provedBy,
        isFromCredit: row.rail === "credit",
      })),
      entries: entries.map((row) => ({
        key: row.entryKey,
        purchaseId: row.purchaseId,
        postings: (ofEntry.get(row.entryId) ?? []).map(({ account, amountCents, party }) => ({
          account,
          amountCents,
          party: numberOf(party) ?? party,
        })),
      })),
      refunds: done.map((row) => ({ ...ofRefund(row), receipt: row.resultReceipt })),
      openRefunds: open.map((row) => ({
        ...ofRefund(row),
        state: row.state,
        receipt: row.resultReceipt,
        changedAtMs: row.changedAtMs - startedMs,
        isSeen: row.resolution !== null,
      })),
      grants: grants.map((row) => ({
        rightId: row.grantId,
        purchaseId: row.purchaseId,
        isUnverified: row.unverified,
        isRevoked: row.revokedAtMs !== null,
        isSuspended: row.suspendedAtMs !== null,
        isForgotten: row.retiredAtMs !== null,
        ...buyerOf(row.phoneHash),
        // As it was bought, whatever became of that in the grant.
        goesOnFrom: purchases.find(({ purchaseId }) => purchaseId === row.purchaseId)?.renewsGrantId ?? null,
      })),
      changes: changes.map((row) => ({
        rightId: row.grantId,
        seconds: row.seconds,
        useSeconds: row.useSeconds,
        dataBytes: row.dataBytes,
        isPaused: row.pausedAtMs !== null,
      })),
      cashSales: sales.map((row) => ({
        saleId: row.saleId,
        seller: row.sellerId,
        rightId: row.grantId,
        priceCents: row.priceCents,
        commissionCents: row.commissionCents,
        soldAtMs: row.soldAtMs - startedMs,
      })),
      starts: starts.map((row) => ({
        rightId: row.grantId,
        startedAtMs: row.startedAtMs,
        endsAtMs: row.endsAtMs,
      })),
      sessions: sessions.map((row) => ({
        session: row.sessionId ?? row.sessionKey,
        rightId: row.grantId,
        isOpen: row.stoppedAtMs === null,
        bytes: row.inputBytes + row.outputBytes,
        seconds: row.onlineSeconds,
        startedAtMs: row.startedAtMs,
      })),
    };
  });
}
