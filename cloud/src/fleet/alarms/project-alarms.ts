import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** What tells that another kind is over: its open rows at the site need nobody any more. */
const endings: Readonly<Record<string, string>> = { "guessing-at-site-over": "guessing-at-site" };
/** Whoever came up anew counts from nothing, and raises these again within a minute if they last: nobody is left who could say that they are over. */
const endedByStart = ["guessing-at-site"] as const;

/** One row for each alarm of a site. */
export const alarmProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const alarms = ofKind(records, "alarm").map(({ siteId, epoch, record: { seq, atMs, name, fields } }) => {
      return { siteId, epoch, seq, atMs, name, fields };
    });
    const starts = ofKind(records, "agent-started").flatMap(({ siteId, epoch, record: { seq, atMs } }) =>
      endedByStart.map((over) => ({ siteId, epoch, seq, atMs, over })),
    );
    const ends = alarms.flatMap(({ siteId, epoch, seq, atMs, name }) =>
      endings[name] === undefined ? [] : [{ siteId, epoch, seq, atMs, over: endings[name] }],
    );
    if (alarms.length > 0) await insertAlarms(tx, { providerId, alarms, receivedAtMs });
    // By their numbers: a clock may have gone back in between.
    for (const { siteId, epoch, seq, over, atMs } of [...starts, ...ends])
      await sql`
        update alarms set acknowledged_at_ms = ${receivedAtMs}::bigint
        where provider_id = ${providerId} and site_id = ${siteId} and name = ${over}
          and case when epoch = ${epoch} then seq < ${seq}::bigint else at_ms < ${atMs}::bigint end and acknowledged_at_ms is null
      `.execute(tx);
  },
  async correctClock(tx, correction) {
    await sql`
      update alarms set at_ms = ${movedTime("at_ms", correction.stepMs)}
      where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and ${withinCorrection(correction)}
    `.execute(tx);
  },
};

interface ToldAlarm {
  readonly siteId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly atMs: number;
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

async function insertAlarms(
  tx: Tx,
  told: { readonly providerId: string; readonly alarms: readonly ToldAlarm[]; readonly receivedAtMs: number },
): Promise<void> {
  const { providerId, alarms, receivedAtMs } = told;
  await sql`
    insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
    select ${providerId}::text, f."siteId", f.epoch, f.seq, f.name, f.fields, f."atMs", ${receivedAtMs}::bigint
    from ${recordset("f", alarms, { siteId: "text", epoch: "text", seq: "bigint", name: "text", fields: "jsonb", atMs: "bigint" })}
  `.execute(tx);
}
