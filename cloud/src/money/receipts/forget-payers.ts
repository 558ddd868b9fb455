import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { undecidedFacts } from "../evidence/unjudged.ts";

/** Who was erased, and when: what they paid later is of after it. */
export interface ErasedPayer {
  readonly providerId: string;
  readonly party: Party;
  readonly erasedAtMs: number;
}

export interface OfProvider<Name extends string> {
  readonly providerId: string;
  readonly name: Name;
}

/**
 * As an erasure leaves receipts (`personal-data.ts`), of what a source has told since: those that these payers paid before they were erased, and those
 * of these purchases. No sum, state or time changes. What came in about one and waits to be judged has to be read with its payer: it is left until
 * then, and so is one that somebody holds. @returns those that are without a payer now
 */
export async function forgetPayers(
  tx: Tx,
  payers: readonly ErasedPayer[],
  purchases: readonly OfProvider<string>[],
): Promise<readonly OfProvider<string>[]> {
  const { rows } = await sql<{ providerId: string; receipt: string }>`
    with erased as (
      select * from ${recordset("e", payers, { providerId: "text", party: "text", erasedAtMs: "bigint" })}
    ), bought as (
      select * from ${recordset("b", purchases, { providerId: "text", name: "text" })}
    ), theirs as (
      select r.provider_id, r.rail, r.receipt, e.party from erased e
      join receipts r on r.provider_id = e."providerId" and r.payer_hash = e.party
      where r.party is distinct from e.party and coalesce(r.paid_at_ms, r.booked_at_ms) <= e."erasedAtMs"
      union select r.provider_id, r.rail, r.receipt, e.party from bought b
      join receipts r on r.provider_id = b."providerId" and r.purchase_id = b.name
      left join erased e on e."providerId" = r.provider_id and e.party = r.payer_hash
      where num_nonnulls(r.payer_masked, r.payer_name, r.account_text, e.party) > 0
    ), free as (
      select r.provider_id, r.rail, r.receipt, t.party from receipts r join theirs t using (provider_id, rail, receipt)
      where not exists (select from ${sql.raw(undecidedFacts)} v where v.provider_id = r.provider_id
        and (v.receipt = r.receipt or v.purchase_id = r.purchase_id))
      for update of r skip locked
    )
    update receipts r set payer_masked = null, payer_name = null, account_text = null,
      payer_hash = case when r.payer_hash = f.party then null else r.payer_hash end
    from free f where r.provider_id = f.provider_id and r.rail = f.rail and r.receipt = f.receipt
    returning r.provider_id, r.receipt`.execute(tx);
  return rows.map(({ providerId, receipt: name }) => ({ providerId, name }));
}
