/** What became of a notice (`n`, a row of alert_notices): `waiting`, `sent` or `failed`. It is read where it is sent. */

import { sql } from "kysely";
import type { AlarmWay } from "../../ground/lists/alarm-way.ts";
import { mailOutcome } from "../../ground/mail/mail-figures.ts";
import { messageOutcome } from "../../messaging/texts-sent.ts";

/** By a way that nobody has any more, it did not arrive. */
export const outcomeSql = (ways: readonly AlarmWay[]) => sql`case n.way
  when 'sms' then coalesce(${messageOutcome("n", "sentAs")}, 'waiting')
  when 'email' then coalesce(${mailOutcome("n", "sentAs")}, 'sent')
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
