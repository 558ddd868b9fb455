import { sql } from "kysely";

/**
 * Of `cash_sales as sale` and `sessions as session` with one grant at one site: is it this sale that the session used? A seller may give an old sale's
 * number to another sale, and to the site both are one grant: it is the last that was sold before the session began, as far as the clock tells.
 */
export const isSaleOfSession = sql<boolean>`sale.sale_id = (
  select sold.sale_id from cash_sales sold
  where sold.provider_id = session.provider_id and sold.grant_id = session.grant_id and sold.site_id = session.site_id
  order by sold.sold_at_ms <= session.begun_at_ms desc, case when sold.sold_at_ms <= session.begun_at_ms then -sold.sold_at_ms else sold.sold_at_ms end,
    sold.received_at_ms desc, sold.sale_id desc limit 1)`;
