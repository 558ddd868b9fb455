/**
 * A customer's own number at the paybill, for life: short, counted up, with a check digit. Money at it is that customer's credit, whoever pays, and
 * credit renews what is due. Who attacks it: somebody who hopes to get a stranger's number. It is never given out again, not when the customer
 * is gone either; money at the number of one who is gone belongs to its payer, where the payer is known, and waits for a person where not.
 */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { counterRestored } from "../../tenancy/providers/counters-restored.ts";
import { accountKey, luhnDigit } from "./account-text.ts";

/** The first is 1000 and its check digit. */
const firstNumber = 1000;
const triesMax = 50;

/** The digits of the nth, with the check digit: one wrong digit is nobody's number. */
const customerNumber = (n: number): string => `${n}${luhnDigit(String(n))}`;

/** For a restore, as statements in one raw transaction. */
export const customerNumbersRestored = (lostNumbers: number): readonly string[] => [
  counterRestored("pay_number_counters", { first: firstNumber, lostNumbers }),
];

/** Null: the customer has none yet. */
export async function readCustomerNumber(tx: Tx, customerId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("pay_accounts")
    .select("accountNumber")
    .where("customerId", "=", customerId)
    .where("active", "=", true)
    .executeTakeFirst();
  return row?.accountNumber ?? null;
}

/** The customer's number; a new one where there is none. */
export async function openCustomerNumber(
  { clock }: Pick<World, "clock">,
  tx: Tx,
  { providerId, customerId }: { readonly providerId: string; readonly customerId: string },
): Promise<string> {
  const has = await readCustomerNumber(tx, customerId);
  if (has !== null) return has;
  for (let tries = 0; tries < triesMax; tries++) {
    const number = customerNumber(await countUp(tx, providerId));
    const made = await tx
      .insertInto("pay_accounts")
      .values({
        providerId,
        accountKey: accountKey(number),
        accountNumber: number,
        kind: "customer",
        customerId,
        createdAtMs: clock.wall().atMs,
      })
      // A number that staff gave to somebody stays theirs. The same customer at the same moment: the other one was first.
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 1n) return number;
    const other = await readCustomerNumber(tx, customerId);
    if (other !== null) return other;
  }
  throw new Error("no free number for a customer");
}

async function countUp(tx: Tx, providerId: string): Promise<number> {
  const row = await tx
    .insertInto("pay_number_counters")
    .values({ providerId, nextNumber: firstNumber + 1 })
    .onConflict((conflict) =>
      conflict.column("providerId").doUpdateSet({ nextNumber: sql`pay_number_counters.next_number + 1` }),
    )
    .returning("nextNumber")
    .executeTakeFirstOrThrow();
  return Number(row.nextNumber) - 1;
}
