/**
 * BANK-ZERO: what came in at the channel, without what went out of it again and what it took for itself, is what it holds; and the hub says and has
 * booked the same, once it has read the statement of the night.
 */
import type { Fact, FactOf, Violation } from "./chronicle.ts";
import { factsOf, type History, reversedByMistake } from "./history.ts";

export function bankZero({ chronicle: { facts } }: History): Violation[] {
  const until = (atMs: number) => (fact: { readonly atMs: number }) => fact.atMs <= atMs;
  const sum = (amounts: readonly { readonly amountCents: number }[]) =>
    amounts.reduce((total, { amountCents }) => total + amountCents, 0);
  // What somebody made up who knew the address may stand in the books until the channel was asked about it.
  const leaked = new Set<string>(factsOf(facts, "leaked").map(({ receipt }) => receipt));
  if (leaked.size > 0) leaked.add("closing-balance");
  return factsOf(facts, "channel-night").flatMap(({ atMs, chargedCents, saidCents, bookedCents, differing }) => {
    const broken = (what: string): Violation => ({ invariant: "BANK-ZERO", atMs, what });
    const cameIn = sum(factsOf(facts, "money-moved").filter(until(atMs)));
    // What was moved on to another account of the channel's is still the channel's to pay out.
    const toBank = sum(factsOf(facts, "withdrawn").filter((fact) => fact.to === "bank" && until(atMs)(fact)));
    const wentBack = sum(factsOf(facts, "money-returned").filter(until(atMs)));
    const out = factsOf(facts, "paid-out").filter(until(atMs));
    const cameBack = factsOf(facts, "payout-returned").filter(until(atMs));
    const heldCents = cameIn - wentBack - toBank - chargedCents - sum(out) + sum(cameBack);
    // Of some nobody knows yet that they are refunds, or staff were mistaken: the statement shows them, and a person finds which they are.
    const unread = out.filter(({ receipt }) => differing.includes(receipt));
    const unreadBack = cameBack.filter(({ of }) => unread.some(({ receipt }) => receipt === of));
    const mayDiffer = unread.length > 0 || factsOf(facts, "staff-mistaken").length > 0;
    const reversed = reversedInBooksOnly(facts);
    const unreadCents = mayDiffer ? sum(out) - sum(cameBack) - sum(paidOutByBooks(facts, cameBack)) - sum(reversed) : 0;
    const loose = new Set([
      ...leaked,
      ...reversed.map(({ receipt }) => receipt),
      ...unread.map(({ receipt }) => receipt),
      ...unreadBack.map(({ receipt }) => receipt),
    ]);
    // One that is settled without its receipt is booked when a person says so, which may be after the statement's last row.
    if (unreadCents !== 0 || unread.length > 0) loose.add("closing-balance");
    return [
      ...(saidCents === heldCents
        ? []
        : [broken(`the channel holds ${heldCents}, and ${saidCents} as the hub reads it`)]),
      ...(bookedCents === heldCents + unreadCents || leaked.size > 0
        ? []
        : [broken(`the channel holds ${heldCents}, and ${bookedCents} by the books`)]),
      ...differing
        .filter((receipt) => !loose.has(receipt))
        .map((receipt) => broken(`${receipt} differs between the statement of all and the books`)),
      ...reversed
        .filter(({ receipt }) => !differing.includes(receipt))
        .map(({ receipt }) => broken(`${receipt} is reversed in the books alone, and no list says so`)),
      ...(unreadCents === 0 || differing.includes("closing-balance") || leaked.size > 0 || !reachesMistakes(facts)
        ? []
        : [broken(`the books paid out ${unreadCents} less than the channel, and no list says that they differ`)]),
    ];
  });
}

/** The channel's payouts as the books have them once they have read the statement of the night: by it they hear which ones came back. */
function paidOutByBooks(facts: readonly Fact[], cameBack: readonly FactOf<"payout-returned">[]) {
  const books = factsOf(facts, "hub-books").at(-1)?.books;
  const isBack = ({ receipt, amountCents }: { readonly receipt?: string | null; readonly amountCents: number }) =>
    cameBack.some((back) => back.of === receipt && back.amountCents === amountCents);
  return books?.refunds?.filter((refund) => refund.method === "payout" && !isBack(refund)) ?? [];
}

/** What staff believe that the channel gave back, and it did not. */
function reversedInBooksOnly(facts: readonly Fact[]) {
  const mistaken = reversedByMistake(facts);
  const returned = new Set(factsOf(facts, "money-returned").map(({ receipt }) => receipt));
  const { receipts = [] } = factsOf(facts, "hub-books").at(-1)?.books ?? {};
  return receipts.filter(
    ({ receipt, purchaseId, state }) =>
      state === "reversed" && mistaken.has(purchaseId ?? "") && !returned.has(receipt),
  );
}

/** A statement ends with the last that moved, and what was booked after that is left out of the balance that is compared: so far their clocks may differ. */
const skewMs = 10 * 60_000;

function reachesMistakes(facts: readonly Fact[]): boolean {
  const moving: ReadonlySet<Fact["kind"]> = new Set(["money-moved", "money-returned", "paid-out", "withdrawn"]);
  const movedMs = facts.findLast(({ kind }) => moving.has(kind))?.atMs ?? 0;
  return factsOf(facts, "staff-mistaken").every(({ atMs }) => movedMs > atMs + skewMs);
}
