/** What was refunded to a customer earned nobody anything: the reseller's commission of it goes back, in the part that was refunded. */

import { newId } from "@karibu/protocol/identifiers";
import { cents } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { balanced } from "../../money/ledger/entries.ts";
import type { NumberedEntry } from "../../money/ledger/post-entry.ts";
import { serialIn } from "../../money/paper-sales/note-voucher-sales.ts";
import type { ResellerParts } from "./hand-overs.ts";

/** Each refund once, also where two look at the same moment: the row of the voucher says how much is back. @returns of how many vouchers */
export async function takeBackCommissions(
  parts: Pick<ResellerParts, "world" | "ledger">,
  tx: Tx,
  providerId: string,
): Promise<number> {
  const { rows } = await sql<{
    voucherId: string;
    resellerId: string;
    handOverId: string;
    currency: string;
    backCents: number | string;
    beforeCents: number | string;
  }>`
    with refunded as (
      select voucher_id, sum(amount_cents) as refunded_cents from refunds
      where provider_id = ${providerId} and voucher_id is not null and state = 'done' group by voucher_id
    ), locked as (
      select v.batch_id, v.serial, v.commission_back_cents as before_cents, h.reseller_id, h.hand_over_id, h.currency,
        (h.commission_cents * least(r.refunded_cents, h.price_cents) / h.price_cents)::bigint as back_cents
      from refunded r
      join reseller_vouchers v on v.provider_id = ${providerId} and v.sold_at_ms is not null
        and v.batch_id = split_part(r.voucher_id, '.', 1) and v.serial = ${serialIn(sql`r.voucher_id`)}
      join voucher_hand_overs h on h.provider_id = v.provider_id and h.hand_over_id = v.hand_over_id and h.price_cents > 0
      order by v.batch_id, v.serial for update of v
    )
    update reseller_vouchers v set commission_back_cents = l.back_cents from locked l
    where v.provider_id = ${providerId} and v.batch_id = l.batch_id and v.serial = l.serial
      and l.back_cents > l.before_cents and v.commission_back_cents = l.before_cents
    returning v.batch_id || '.' || v.serial as "voucherId", l.reseller_id, l.hand_over_id, l.currency,
      l.back_cents, l.before_cents`.execute(tx);
  const entries = rows.map((row): NumberedEntry => {
    const amountCents = Number(row.backCents) - Number(row.beforeCents);
    const entry = balanced({
      // The same voucher may be another reseller's sale later, of the same refund.
      entryKey: `reseller-refund:${row.voucherId}:${row.handOverId}:${row.backCents}`,
      kind: "commission",
      postings: [
        { account: `float:${row.resellerId}`, currency: row.currency, amountCents: cents(amountCents) },
        { account: "commission", currency: row.currency, amountCents: cents(-amountCents) },
      ],
    });
    return { entryId: newId(parts.world), entry };
  });
  await parts.ledger.postMany(tx, providerId, entries, parts.world.clock.wall().atMs);
  return rows.length;
}
