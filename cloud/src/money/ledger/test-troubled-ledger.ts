/** Books in which nothing of one provider can be booked. */
import type { World } from "@karibu/protocol/world";
import { createLedgerWriter, type Ledger } from "./post-entry.ts";

/** @param ofProvider whose entries are refused with "a trouble of its own" */
export function troubledLedger(world: World, ofProvider: string): Ledger {
  const ledger = createLedgerWriter({ world, onCredit: async () => {} });
  return {
    ...ledger,
    postMany: async (tx, of, ...rest) => {
      if (of === ofProvider) throw new Error("a trouble of its own");
      await ledger.postMany(tx, of, ...rest);
    },
  };
}
