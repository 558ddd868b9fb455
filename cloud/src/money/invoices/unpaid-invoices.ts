import { type RawBuilder, sql } from "kysely";

/**
 * What is owed: `customer_name`, `party`, `phone_masked`, `total_cents` and `overdue`, the days since an invoice was due, 0 or less: it is not, which
 * one without a date never is. Stands after `from`, with a name. @param today `2026-11-22`
 */
export const unpaidInvoices = (
  { providerId, currency }: { readonly providerId: string; readonly currency: string },
  today: string,
): RawBuilder<unknown> => sql`(
  select customer_name, party, phone_masked, total_cents, coalesce(${today}::date - due_on, 0) as overdue
  from invoices where provider_id = ${providerId} and state = 'issued' and currency = ${currency})`;
