/** How hotspots are used: log-ins and devices in steps of a clock, and bytes in UTC days, because sites tell them so. Of what the transaction sees. */
import { type RawBuilder, sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import { countByStep, type StepsOf } from "../../ground/db/count-by-step.ts";
import type { Tx } from "../../ground/db/database.ts";

/** Sessions that began, by steps of time. */
export const countLogIns = (tx: Tx, steps: StepsOf): Promise<ReadonlyMap<number, number>> =>
  countByStep(tx, { table: "sessions", column: "begunAtMs" }, steps);

const devices = sql`count(distinct coalesce(mac, username))`;

type Span = Pick<StepsOf, "fromMs" | "untilMs">;

/** Sessions that began in this span: none of a clock that is ahead. */
const begunIn = ({ fromMs, untilMs }: Span) =>
  sql`begun_at_ms >= ${fromMs}::bigint and begun_at_ms < ${untilMs}::bigint`;

/** Days of UTC, `2026-11-01`. */
interface Days {
  readonly first: string;
  readonly last: string;
}

const usedIn = ({ first, last }: Days) => sql`day >= ${first}::date and day <= ${last}::date`;

/** Log-ins and different devices of a span, by steps of time. */
export async function logInsByStep(tx: Tx, span: Span, stepMs: number) {
  const { rows } = await sql<{ step: number; count: number; devices: number }>`
    select (begun_at_ms - ${span.fromMs}::bigint) / ${stepMs}::bigint as step, count(*) as count, ${devices} as devices
    from sessions where ${begunIn(span)} group by 1`.execute(tx);
  return rows;
}

/** All log-ins and different devices of a span, and how long one lasts. `seconds`: null where there was none. */
export async function logInsWithin(tx: Tx, span: Span) {
  const { rows } = await sql<{ count: number; devices: number; seconds: number | null }>`
    select count(*) as count, ${devices} as devices, round(avg(online_seconds))::bigint as seconds
    from sessions where ${begunIn(span)}`.execute(tx);
  return rows[0] ?? { count: 0, devices: 0, seconds: null };
}

/** What customers sent (`input`) and received in these days, day by day from the first one. */
export async function readBytes(tx: Tx, days: Days) {
  const { rows } = await sql<{ step: number; input: number; output: number }>`
    select (day - ${days.first}::date)::bigint as step, ${bounded(sql`sum(input_bytes)`)} as input, ${bounded(sql`sum(output_bytes)`)} as output
    from usage_days where ${usedIn(days)} group by 1`.execute(tx);
  return rows;
}

/** `site_id` and `count`: log-ins of each site in a span. Stands after `join`, with a name. */
export const logInsBySite = (span: Span): RawBuilder<unknown> =>
  sql`(select site_id, count(*) as count from sessions where ${begunIn(span)} group by 1)`;

/** `site_id`, `input` and `output`: what customers of each site sent and received in these days. Stands after `join`, with a name. */
export const bytesBySite = (days: Days): RawBuilder<unknown> =>
  sql`(select site_id, sum(input_bytes) as input, sum(output_bytes) as output from usage_days where ${usedIn(days)} group by 1)`;

/** `provider_id`, `site_id` and `begun_at_ms` of the sessions that began in this span. Stands after `from`, with a name. @param untilMs not included */
export const begunBetween = (span: Span): RawBuilder<unknown> => sql`(
  select provider_id, site_id, begun_at_ms from sessions where ${begunIn(span)})`;

/**
 * `provider_id`, `site_id` and `last_ms`: when somebody logged in last at each site, of those in this span. Stands after `join`, with a name.
 * @param untilMs what is dated later is of a clock that was ahead, and says nothing of now
 */
export const lastLogIns = (sinceMs: number, untilMs: number): RawBuilder<unknown> => sql`(
  select provider_id, site_id, max(begun_at_ms) as last_ms from sessions
  where begun_at_ms > ${sinceMs}::bigint and begun_at_ms < ${untilMs}::bigint group by provider_id, site_id)`;

/** What these grants, and the periods of those that have some, used day by day since then. Sent: `up`. @param firstDay `2026-11-01`, UTC */
export async function readDaysUsed(tx: Tx, providerId: string, grantIds: readonly string[], firstDay: string) {
  // By a range of the index: a period's name follows after a point, which stands just before the slash.
  const { rows } = await sql<{ day: string; up: number; down: number; seconds: number }>`
    select to_char(u.day, 'YYYY-MM-DD') as day, ${bounded(sql`sum(u.input_bytes)`)} as up, ${bounded(sql`sum(u.output_bytes)`)} as down,
      ${bounded(sql`sum(u.online_seconds)`)} as seconds
    from unnest(${grantIds}::text[]) as mine (id) join usage_days u on u.provider_id = ${providerId}
      and u.day >= ${firstDay}::date and u.grant_id collate "C" >= mine.id and u.grant_id collate "C" < mine.id || '/'
    where u.grant_id = mine.id or u.grant_id like mine.id || '.%'
    group by u.day`.execute(tx);
  return rows;
}
