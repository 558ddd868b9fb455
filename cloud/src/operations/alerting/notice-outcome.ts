/** What became of a notice (`n`, a row of alert_notices): `waiting`, `sent` or `failed`. It is read where it is sent. */
import { sql } from "kysely";
import type { AlarmWay } from "../../ground/lists/alarm-way.ts";

/** By a way that nobody has any more, it did not arrive. */
export const outcomeSql = (ways: readonly AlarmWay[]) => sql`case n.way
  when 'sms' then coalesce((select case when m.state = 'failed' then 'failed' when m.state in ('accepted', 'delivered', 'unknown') then 'sent' else 'waiting' end
    from messages m where m.provider_id = n.provider_id and m.message_id = n.sent_as), 'waiting')
  when 'email' then coalesce((select case o.state when 'sent' then 'sent' when 'failed' then 'failed' else 'waiting' end
    from mail_outbox o where o.provider_id = n.provider_id and o.mail_id = n.sent_as), 'sent')
  ${sql.join(
    ways.map(({ way, outcome }) => sql`when ${sql.lit(way)} then ${outcome}`),
    sql` `,
  )}
  else 'failed' end`;

/** Whom it told, as people read it. */
export const toldWhomSql = (ways: readonly AlarmWay[]) => {
  const names = ways.flatMap(({ way, name }) =>
    name === undefined ? [] : [sql`case when n.way = ${sql.lit(way)} then ${name} end`],
  );
  return sql<string>`coalesce(${sql.join([...names, sql`n.to_masked`])})`;
};
