import { type RawBuilder, sql } from "kysely";

/**
 * What documents of these days say was sold, and taxed how: `issued_on`, `sign`, and `net_cents`, `excise_cents`, `vat_cents`, `total_cents`, each to be
 * multiplied by the sign. Lines that are outside of the taxes are taken off. Those are few, and both are read from indexes of their own
 * (`documents_taxes`, `documents_outside`). Stands after `from`, with a name.
 */
export function documentedSums(
  { providerId, currency }: { readonly providerId: string; readonly currency: string },
  { fromDay, untilDay }: { readonly fromDay: string; readonly untilDay: string },
): RawBuilder<unknown> {
  const these = sql`d.provider_id = ${providerId} and d.kind in ('tax-invoice', 'sales-summary', 'credit-note')
    and d.currency = ${currency} and d.issued_on >= ${fromDay} and d.issued_on <= ${untilDay}`;
  return sql`(
    select issued_on, 1 as sign, net_cents, excise_cents, vat_cents, total_cents
    from documents d where ${these}
    union all
    select issued_on, -1, line."netCents", line."exciseCents", line."vatCents", line."totalCents"
    from documents d cross join lateral jsonb_to_recordset(d.lines)
      as line(treatment text, "netCents" bigint, "exciseCents" bigint, "vatCents" bigint, "totalCents" bigint)
    where ${these} and d.lines @> '[{"treatment": "outside"}]' and line.treatment = 'outside')`;
}
