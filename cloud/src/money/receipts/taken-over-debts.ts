/**
 * What customers owed to another system, and owe here since they were taken over: the next money that comes to their credit settles it, as soon as it
 * is proved, before it renews a line. A purchase that is paid at once goes on: only what becomes credit settles.
 *
 * Who attacks it: who pays with money that comes back (a receipt that nothing has proved settles nothing; one that is reversed later is a debt again,
 * by the reversal's own entry), and two jobs at once (the credit is locked, and what is left is read under the lock).
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { takenOverDebtOf } from "../ledger/credit.ts";
import { transferEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { readSpendable } from "./told-credit.ts";

interface Owner {
  readonly providerId: string;
  readonly party: Party;
  readonly currency: string;
}

/** The credit is locked until the transaction ends, where there is such a debt. @returns minor units that were settled */
export async function settleTakenOver(
  { world, ledger }: { readonly world: World; readonly ledger: Ledger },
  tx: Tx,
  owner: Owner,
): Promise<number> {
  if ((await takenOverDebtOf(tx, owner)) === 0) return 0;
  const { provedCents } = await readSpendable(tx, owner);
  const amountCents = Math.min(provedCents, await takenOverDebtOf(tx, owner));
  if (amountCents === 0) return 0;
  const { providerId, party, currency } = owner;
  const transfer = { from: "debts", to: "credit", fromParty: party, toParty: party, amountCents, currency } as const;
  const entry = transferEntry(`debt-paid:${newId(world)}`, "debt-paid", transfer);
  await ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  world.log.info("taken-over-debt-settled", { amountCents });
  return amountCents;
}
