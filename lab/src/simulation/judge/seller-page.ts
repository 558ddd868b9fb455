/** MONEY-ONCE of a seller's own page: it shows what they owe, to the cent, and of the codes that they sold those that nobody has used. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { mayHaveSold, sumOf } from "./may-have-sold.ts";

/** From the page to the eyes of its seller. */
const shownWithinMs = 5000;
/** The page lists no more. */
const listedMax = 10;

export function sellerPage(history: History): Violation[] {
  const { rights, wasDamaged } = history;
  const { facts } = history.chronicle;
  if (wasDamaged) return [];
  const { settledCents = 0 } = factsOf(facts, "habits")[0] ?? {};
  const sold = [
    ...new Map(
      factsOf(facts, "sold")
        .toReversed()
        .map((sale) => [sale.saleId, sale]),
    ).values(),
  ];
  return factsOf(facts, "seller-page").flatMap(({ seller, outCents, codes, atMs }): Violation[] => {
    const broken = (what: string): Violation => ({
      invariant: "MONEY-ONCE",
      atMs,
      what: `the page of ${seller} ${what}`,
    });
    const asked = factsOf(facts, "asked").filter((ask) => ask.atMs <= atMs);
    const own = sold.filter((sale) => sale.seller === seller && sale.atMs < atMs - shownWithinMs);
    const least = Math.max(0, sumOf(own.map(({ priceCents }) => priceCents)) - settledCents);
    const maySold = mayHaveSold(history, seller, atMs);
    const most = Math.max(0, sumOf(maySold.values()) - settledCents);
    const isRightSum = outCents >= least && outCents <= most;
    const others = sold.filter((sale) => sale.seller !== seller && codes.includes(sale.code));
    const used = own.filter(
      ({ code, rightId }) =>
        codes.includes(code) && (rights.get(rightId)?.firstOnlineMs ?? atMs) < atMs - shownWithinMs,
    );
    const left = own.filter(
      ({ code, rightId }) =>
        !codes.includes(code) && !asked.some((ask) => ask.rightId === rightId && ask.what !== "sale"),
    );
    const isWhole = maySold.size <= listedMax;
    return [
      ...(isRightSum ? [] : [broken(`says ${outCents} cents to hand in, and ${least} to ${most} are right`)]),
      ...others.map(({ code }) => broken(`shows the code ${code}, which another one sold`)),
      ...used.map(({ code }) => broken(`shows the code ${code} as not used`)),
      ...(isWhole ? left : []).map(({ code }) => broken(`lacks the code ${code}, which nobody has used`)),
    ];
  });
}

/** Wrong PINs that others type lock nobody out on the phone on which they have sold before. */
export function lockedOut({ chronicle: { facts }, asked }: History): Violation[] {
  const known = new Set<string>();
  let mayForget = false;
  return facts.flatMap((fact): Violation[] => {
    // What proves the phone hangs on a key of the site's, which is on disk before its doors open: only a disk that fails, or is changed, loses it.
    if (fact.kind === "trouble-began" && fact.trouble === "disk") mayForget = true;
    if (fact.kind === "damaged" || fact.kind === "stick-changed") mayForget = true;
    if (fact.kind === "agent-down" && mayForget) known.clear();
    const { what, seller = "" } = fact.kind === "answered" ? (asked.get(fact.ask) ?? {}) : {};
    if (fact.kind !== "answered" || what !== "seller-in") return [];
    if (fact.code === "ok") known.add(seller);
    if (fact.code === "ok" || !known.has(seller)) return [];
    return [{ invariant: "NO-THEFT", atMs: fact.atMs, what: `${seller} is locked out of their own phone` }];
  });
}
