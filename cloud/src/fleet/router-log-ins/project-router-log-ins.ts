import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** One row for each record of staff at a router. Names and places are the router's words: hostile text. */
export const routerLogInProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const told = ofKind(records, "router-log-in").map(({ siteId, epoch, record }) => {
      const { seq, atMs, name, what, from, nas } = record;
      return { siteId, epoch, seq, atMs, name, what, from, nas };
    });
    if (told.length === 0) return;
    await sql`
      insert into router_log_ins (provider_id, site_id, epoch, seq, at_ms, name, what, came_from, nas, received_at_ms)
      select ${providerId}::text, f."siteId", f.epoch, f.seq, f."atMs", f.name, f.what, f."from", f.nas, ${receivedAtMs}::bigint
      from ${recordset("f", told, {
        siteId: "text",
        epoch: "text",
        seq: "bigint",
        atMs: "bigint",
        name: "text",
        what: "text",
        from: "text",
        nas: "text",
      })}
    `.execute(tx);
  },
  async correctClock(tx, correction) {
    await sql`
      update router_log_ins set at_ms = ${movedTime("at_ms", correction.stepMs)}
      where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and ${withinCorrection(correction)}
    `.execute(tx);
  },
};
