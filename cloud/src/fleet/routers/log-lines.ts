/**
 * What routers of watched sites logged as errors and warnings: one row for each kind of line, with how often. Who attacks: a stranger at a router, or
 * the router itself, who writes thousands of lines (a site has two hundred kinds, and an answer thirty); words of theirs (shown as text, and cut);
 * a code in a line, which is cash (masked before it is kept).
 */
import { createHash } from "node:crypto";
import {
  kindOfLogLine,
  logLinesMax,
  logMessageMax,
  type RouterLogResult,
} from "@karibu/protocol/rpc/router/read-router-log";
import { cutText, storableText } from "@karibu/protocol/whole-text";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { maskRow } from "./mask-codes.ts";
import type { Place } from "./read-router.ts";

const kindsMax = 200;
/** The sum too: what an agent says must fit into the database however often it says it. */
const timesMax = 1_000_000_000_000;

const minuteMs = 60_000;

/**
 * Does an error that was logged last then go on? One that is logged no more is over after an hour. A hosted site is asked each hour: one answer may be late.
 * What is dated ahead is of a clock that was, and says nothing of now.
 */
export const errorGoesOn = (
  lastAtMs: RawBuilder<unknown>,
  { providerId, siteId, nowMs }: { providerId: RawBuilder<unknown>; siteId: RawBuilder<unknown>; nowMs: number },
): RawBuilder<boolean> =>
  sql`(${lastAtMs} <= ${nowMs + processClockSlackMs}::bigint and ${lastAtMs} > ${nowMs}::bigint - case when exists (select from hosted_sites h where h.provider_id = ${providerId} and h.site_id = ${siteId})
    then ${130 * minuteMs}::bigint else ${60 * minuteMs}::bigint end)`;

/** Returns how many kinds of lines are news. The site has its row in `router_log_sites`. */
export async function keepLogLines(
  tx: Tx,
  { providerId, siteId }: Place,
  told: RouterLogResult,
  nowMs: number,
): Promise<number> {
  const lines = new Map(
    told.lines.slice(0, logLinesMax).map((line) => {
      const topics = storableText(cutText(line.topics, 100));
      const { message = "" } = maskRow("logs", { topics, message: storableText(cutText(line.message, logMessageMax)) });
      const row = {
        severity: line.severity,
        topics,
        message,
        times: Math.min(line.times, timesMax),
        time: storableText(cutText(line.time, 40)),
      };
      return [keyOf(topics, message), row];
    }),
  );
  if (lines.size === 0) return 0;
  const { rows: before } = await sql<{ goOn: boolean }>`
    select exists (select from router_log_lines where provider_id = ${providerId} and site_id = ${siteId} and severity = 'error'
      and ${errorGoesOn(sql`last_at_ms`, { providerId: sql`${providerId}`, siteId: sql`${siteId}`, nowMs })}) as go_on`.execute(
    tx,
  );
  let news = 0;
  let hasErrors = false;
  for (const [key, { severity, topics, message, times, time }] of lines) {
    // A log that is told as a whole has lines that were told before: the newest of each kind is known by its time.
    const { rows } = await sql`
      insert into router_log_lines as l
        (provider_id, site_id, line_key, severity, topics, message, times, router_time, first_at_ms, last_at_ms)
      values (${providerId}, ${siteId}, ${key}, ${severity}, ${topics}, ${message}, ${times}::bigint, ${time}, ${nowMs}::bigint, ${nowMs}::bigint)
      on conflict (provider_id, site_id, line_key) do update set message = excluded.message, router_time = excluded.router_time,
        times = least(l.times + ${told.isWhole ? 1 : times}::bigint, ${timesMax}::bigint), last_at_ms = excluded.last_at_ms
        where not (${told.isWhole}::boolean and l.router_time = excluded.router_time)
      returning line_key`.execute(tx);
    if (rows.length === 0) continue;
    news++;
    hasErrors ||= severity === "error";
  }
  if (hasErrors && before[0]?.goOn !== true)
    await tx
      .updateTable("router_log_sites")
      .set({ errorsSinceMs: nowMs })
      .where("providerId", "=", providerId)
      .where("siteId", "=", siteId)
      .execute();
  await sql`
    delete from router_log_lines where provider_id = ${providerId} and site_id = ${siteId} and line_key in (
      select line_key from router_log_lines where provider_id = ${providerId} and site_id = ${siteId}
      order by last_at_ms desc, line_key offset ${kindsMax})`.execute(tx);
  return news;
}

function keyOf(topics: string, message: string): string {
  return createHash("sha256")
    .update(`${topics}\n${kindOfLogLine(message)}`)
    .digest("hex")
    .slice(0, 24);
}
