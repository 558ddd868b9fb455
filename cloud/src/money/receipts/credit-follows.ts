/**
 * Credit belongs to a number. A customer who has another number now takes it along: else their line would not be renewed from it, and whoever has
 * the old number next could spend it.
 *
 * Who attacks it: staff who may change customers and no money, and write down a number of their own (they want the permission for payments), and
 * money that is not there (what an open purchase holds, or nothing has proved, is decided first).
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { NumberChanged } from "../../catalogue/customers/customer-routes.ts";
import { refusal } from "../../ground/http/problem.ts";
import { creditCurrenciesOf, creditOf, lockCredit } from "../ledger/credit.ts";
import { transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { settleTakenOver } from "./taken-over-debts.ts";
import { readSpendable } from "./told-credit.ts";

export function creditFollows(parts: { readonly world: World; readonly ledger: Ledger }): NumberChanged {
  return async (tx, { providerId, from, to }, actor) => {
    // In one order, whoever changes numbers with whom.
    for (const party of [from, ...(to === null ? [] : [to])].sort()) await lockCredit(tx, providerId, party);
    for (const currency of await creditCurrenciesOf(tx, providerId, from)) {
      const owner = { providerId, party: from, currency };
      await settleTakenOver(parts, tx, owner);
      const wholeCents = await creditOf(tx, providerId, from, currency);
      if (wholeCents === 0) continue;
      if (to === null) throw refusal("customer-without-phone", { field: "phone" });
      if ((await readSpendable(tx, owner)).provedCents < wholeCents) throw refusal("credit-in-use", { field: "phone" });
      if (!actor.may("payments.manage")) throw refusal("credit-moves", { field: "phone" });
      // What a customer has is a liability: it grows on the side that money comes from.
      const transfer = { from: "credit", to: "credit", fromParty: to, toParty: from, currency } as const;
      const entry = transferEntry(`credit-moved:${newId(parts.world)}`, "assignment", {
        ...transfer,
        amountCents: wholeCents,
      });
      await parts.ledger.post(tx, { providerId, purchaseId: null, party: to }, entry);
    }
  };
}
