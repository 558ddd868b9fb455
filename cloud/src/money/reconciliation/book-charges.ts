/** What the channel took for its services, as the statement says: a fee out of what the channel holds. Each charge once. */
import type { World } from "@karibu/protocol/world";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { chargeEntry } from "../ledger/charges.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { type BookingTransactions, bookMissing, type SaidEntry } from "./book-missing.ts";

/**
 * A charge stands under the receipt of the payment it is for. Two of one sum under one receipt are told apart by their order: a
 * receipt's rows have one time, so that every statement has all of them or none.
 * @returns what was not in the books yet, minor units
 */
export const bookCharges = (
  parts: { readonly world: World; readonly ledger: Ledger },
  place: ReceiptPlace,
  lines: readonly StatementLine[],
  way: BookingTransactions,
): Promise<number> => bookMissing(parts, place.providerId, chargesOf(place, lines), way);

function chargesOf(place: ReceiptPlace, lines: readonly StatementLine[]): SaidEntry[] {
  const times = new Map<string, number>();
  return lines.flatMap(({ kind, receipt, amountCents }) => {
    if (kind !== "charge" || amountCents <= 0) return [];
    const name = `${receipt}:${amountCents}`;
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    return [{ receipt, amountCents, entry: chargeEntry(place, { receipt, amountCents, nth }) }];
  });
}
