/** The account number that one customer types at the paybill: made when it is first asked for, and the same from then on. */
import type { World } from "@karibu/protocol/world";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { accountKey } from "./account-text.ts";
import { newAccountNumber } from "./pay-account-routes.ts";

const triesMax = 5;

/** Money at it is this customer's credit. The oldest one that stands for no plan and no site. */
export async function customerAccountNumber(
  world: World,
  tx: Tx,
  { providerId, party }: { readonly providerId: string; readonly party: Party },
): Promise<string> {
  const known = await tx
    .selectFrom("pay_accounts")
    .select("account_number")
    .where("provider_id", "=", providerId)
    .where("party", "=", party)
    .where("kind", "=", "customer")
    .where("active", "=", true)
    .where("site_id", "is", null)
    .where("plan_id", "is", null)
    .orderBy("created_at_ms")
    .executeTakeFirst();
  if (known !== undefined) return known.account_number;
  for (let tries = 0; tries < triesMax; tries++) {
    const number = newAccountNumber(world);
    const stored = await tx
      .insertInto("pay_accounts")
      .values({
        provider_id: providerId,
        account_key: accountKey(number),
        account_number: number,
        kind: "customer",
        party,
        phone_hash: party,
        created_at_ms: world.clock.wall().atMs,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (stored.numInsertedOrUpdatedRows === 1n) return number;
  }
  throw new Error("no account number is free");
}
