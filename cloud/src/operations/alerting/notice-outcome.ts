/** What became of a notice (`n`, a row of alert_notices): `waiting`, `sent` or `failed`. It is read where it is sent. */
import { sql } from "kysely";

export const deliveredSql = sql`case n.way
  when 'sms' then coalesce((select case when m.state = 'failed' then 'failed' when m.state in ('accepted', 'delivered', 'unknown') then 'sent' else 'waiting' end
    from messages m where m.provider_id = n.provider_id and m.message_id = n.sent_as), 'waiting')
  when 'email' then coalesce((select case o.state when 'sent' then 'sent' when 'failed' then 'failed' else 'waiting' end
    from mail_outbox o where o.provider_id = n.provider_id and o.mail_id = n.sent_as), 'sent')
  when 'push' then coalesce((select p.state
    from push_deliveries p where p.provider_id = n.provider_id and p.delivery_id = n.sent_as), 'sent')
  else coalesce((select case d.state when 'delivered' then 'sent' when 'failed' then 'failed' else 'waiting' end
    from webhook_deliveries d where d.provider_id = n.provider_id and d.delivery_id = n.sent_as), 'failed') end`;
