import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** One row for each record of refused log-ins. */
export const refusedLogInProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const refused = ofKind(records, "log-in-refused").map(({ siteId, epoch, record }) => {
      const { seq, atMs, user, mac, address, nas, service, reason, times } = record;
      return { siteId, epoch, seq, atMs, user, mac, address, nas, service, reason, times };
    });
    if (refused.length === 0) return;
    await sql`
      insert into refused_log_ins (provider_id, site_id, epoch, seq, at_ms, username, mac, address, nas, service, reason, times, received_at_ms)
      select ${providerId}::text, f."siteId", f.epoch, f.seq, f."atMs", f."user", f.mac, f.address, f.nas, f.service, f.reason, f.times,
        ${receivedAtMs}::bigint
      from ${recordset("f", refused, {
        siteId: "text",
        epoch: "text",
        seq: "bigint",
        atMs: "bigint",
        user: "text",
        mac: "text",
        address: "text",
        nas: "text",
        service: "text",
        reason: "text",
        times: "bigint",
      })}
    `.execute(tx);
  },
  async correctClock(tx, correction) {
    await sql`
      update refused_log_ins set at_ms = ${movedTime("at_ms", correction.stepMs)}
      where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and ${withinCorrection(correction)}
    `.execute(tx);
  },
};
