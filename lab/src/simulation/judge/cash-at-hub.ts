/**
 * What was sold for cash, by the hub's books: each sale once and for what it was (MONEY-ONCE), and the same by the site, the books and the lists that
 * staff read (ONE-TRUTH).
 */
import type { CashSale, HubBooks, InvariantName, Violation } from "./chronicle.ts";
import { factsOf, type History, touches } from "./history.ts";
import { ordersHeard, toldByMs } from "./orders.ts";

/** A site counts on from the last moment that it wrote down. */
const datedWithinMs = 120_000;

export function cashAtHub(history: History): Violation[] {
  const { chronicle, wasDamaged } = history;
  const { facts } = chronicle;
  const site = factsOf(facts, "books").find(({ books }) => books.when === "end")?.books;
  const shown = factsOf(facts, "sold");
  const heard = ordersHeard(facts);
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (invariant: InvariantName, what: string): Violation => ({ invariant, atMs, what });
    const known = new Map(books.cashSales.map((sale) => [sale.saleId, sale]));
    const listed = new Map(books.listedSales.map((sale) => [sale.saleId, sale]));
    const sums = sumsOfSellers(books);
    const told = shown.flatMap(({ saleId, priceCents, rightId, atMs: soldMs }) => {
      const there = known.get(saleId);
      if (there === undefined)
        // A damaged journal is told of as far as it can be read.
        return wasDamaged ? [] : [broken("ONE-TRUTH", `sale ${saleId} was shown, and the hub has not heard of it`)];
      if (there.priceCents !== priceCents || there.rightId !== rightId)
        return [broken("MONEY-ONCE", `sale ${saleId} was for ${priceCents}, and ${there.priceCents} is booked`)];
      const offMs = (there.soldAtMs ?? soldMs) - soldMs;
      const isFirst = shown.find((each) => each.saleId === saleId)?.atMs === soldMs;
      if (!isFirst || Math.abs(offMs) < datedWithinMs || !isDated(history, soldMs)) return [];
      return [broken("ONE-TRUTH", `sale ${saleId} is dated ${Math.round(offMs / 1000)} s beside when it was made`)];
    });
    const backOf = (rightId: string) => totalOf((books.refunds ?? []).filter(({ of }) => of === rightId));
    const kept = books.cashSales.flatMap(({ saleId, seller, rightId, priceCents, commissionCents }) => {
      const permille = factsOf(facts, "seller").find((each) => each.seller === seller)?.commissionPermille;
      const earnedCents = Math.floor((priceCents * (permille ?? 0)) / 1000);
      // Of what is given back its seller has earned nothing.
      const lostCents = priceCents === 0 ? 0 : Math.floor((earnedCents * backOf(rightId)) / priceCents);
      const dueCents = permille === undefined ? commissionCents : earnedCents - lostCents;
      if (commissionCents === dueCents) return [];
      return [broken("MONEY-ONCE", `of sale ${saleId} its seller keeps ${commissionCents}, and ${dueCents} is right`)];
    });
    const codes = books.cashSales.map(({ rightId }) => rightId);
    const again = codes
      .filter((rightId, at) => codes.indexOf(rightId) !== at)
      .map((rightId) => broken("MONEY-ONCE", `what was sold with ${rightId} is booked as two sales`));
    const booked = books.cashSales.flatMap(({ saleId, priceCents }) => {
      const entries = books.entries.filter(({ key }) => key.startsWith("cash-sale:") && key.endsWith(`:${saleId}`));
      const soldCents = -sumOf(entries, "revenue");
      return soldCents === priceCents && entries.length === 1
        ? []
        : [
            broken(
              "MONEY-ONCE",
              `sale ${saleId} for ${priceCents} is ${entries.length} times in the ledger: ${soldCents}`,
            ),
          ];
    });
    const same = books.cashSales.flatMap((sale) =>
      textOf(listed.get(sale.saleId)) === textOf(sale)
        ? []
        : [broken("ONE-TRUTH", `sale ${textOf(sale)} is listed as ${textOf(listed.get(sale.saleId))}`)],
    );
    const debts = books.sellers.flatMap(({ seller, soldCents, commissionCents, handedInCents, owedCents }) => {
      const { sold, commission } = sums.get(seller) ?? { sold: 0, commission: 0 };
      const brought = factsOf(facts, "handed-in").filter((each) => each.seller === seller);
      const least = totalOf(brought.filter(({ act }) => heard.get(act) != null));
      const most = totalOf(brought.filter(({ act }) => heard.get(act) !== null));
      const atSite = site?.soldCents[seller] ?? 0;
      const dueCents = soldCents - commissionCents - handedInCents;
      return [
        ...(owedCents === undefined || owedCents === dueCents
          ? []
          : [broken("ONE-TRUTH", `seller ${seller} owes ${dueCents}, and the list of sellers says ${owedCents}`)]),
        ...(soldCents === sold && commissionCents === commission
          ? []
          : [broken("ONE-TRUTH", `seller ${seller} sold ${sold}, and the list of sellers says ${soldCents}`)]),
        ...(handedInCents >= least && handedInCents <= most
          ? []
          : [broken("MONEY-ONCE", `seller ${seller} handed in ${least} to ${most}, and ${handedInCents} is booked`)]),
        ...(atSite === sold || wasDamaged
          ? []
          : [broken("ONE-TRUTH", `seller ${seller} sold ${atSite} by the site, and ${sold} by the hub`)]),
      ];
    });
    return [...told, ...kept, ...again, ...booked, ...same, ...debts];
  });
}

/** Of a site whose clock nobody touches, and that lived to hear the time from its hub. */
function isDated(history: History, soldMs: number): boolean {
  const { troubles, agentAway, dark, endsAtMs } = history;
  const heardMs = toldByMs(history, soldMs);
  const span = { fromMs: soldMs, toMs: heardMs };
  return (
    heardMs < endsAtMs &&
    troubles.every(({ trouble }) => trouble !== "clock") &&
    !touches([...agentAway, ...dark], span)
  );
}

const totalOf = (parts: readonly { readonly amountCents: number }[]): number =>
  parts.reduce((sum, { amountCents }) => sum + amountCents, 0);

const sumOf = (entries: HubBooks["entries"], account: string): number =>
  totalOf(entries.flatMap(({ postings }) => postings.filter((posting) => posting.account === account)));

function sumsOfSellers({ cashSales }: HubBooks): Map<string, { sold: number; commission: number }> {
  const sums = new Map<string, { sold: number; commission: number }>();
  for (const { seller, priceCents, commissionCents } of cashSales) {
    const { sold, commission } = sums.get(seller) ?? { sold: 0, commission: 0 };
    sums.set(seller, { sold: sold + priceCents, commission: commission + commissionCents });
  }
  return sums;
}

const textOf = (sale: CashSale | undefined): string =>
  sale === undefined
    ? "nothing"
    : `${sale.saleId} of ${sale.seller}: ${sale.priceCents}, commission ${sale.commissionCents}`;
