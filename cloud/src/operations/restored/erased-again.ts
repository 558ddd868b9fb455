/** Whose erasure a restore repeated. A site that had not heard of it may give back what it was told of the person before. */
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

/** SQL, in the transaction of the restore. @param erasure a row of `person_erasures` as a source of `from`, with the party that is noted */
export const keepErased = (erasure: string): string => `insert into erased_again (provider_id, mark, erased_at_ms)
  select e.provider_id, e.party, e.at_ms from ${erasure} e where e.party is not null
  on conflict (provider_id, mark) do update set erased_at_ms = greatest(erased_again.erased_at_ms, excluded.erased_at_ms)`;

/** Was the buyer erased after this was bought? */
export async function wasErased(
  tx: Tx,
  of: { readonly providerId: string; readonly buyer: Party; readonly boughtAtMs: number },
): Promise<boolean> {
  const row = await tx
    .selectFrom("erased_again")
    .select("mark")
    .where("provider_id", "=", of.providerId)
    .where("mark", "=", of.buyer)
    .where("erased_at_ms", ">=", of.boughtAtMs)
    .executeTakeFirst();
  return row !== undefined;
}
