import { unpackFigures } from "@karibu/protocol/router/router-figures";
import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { hourOf } from "./hour-of-figures.ts";

/** One row for each hour of figures that a site sent. What can't be unpacked is left out: it is only a picture. */
export const figuresProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const hours = ofKind(records, "router-figures").flatMap(({ siteId, epoch, record: { seq, packed } }) => {
      const unpacked = unpackFigures(packed);
      const hour = "samples" in unpacked ? hourOf(unpacked.samples) : null;
      if (hour === null) return [];
      const interfaces = hour.interfaces.map((one) => ({ ...one, name: one.name.replaceAll("\0", "").toWellFormed() }));
      return [{ siteId, epoch, seq, packed, ...hour, interfaces }];
    });
    if (hours.length === 0) return;
    await sql`
      insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, packed, samples, cpu_percent,
        cpu_percent_max, free_memory_mib, total_memory_mib, free_disk_mib, sessions, temperature_tenths, interfaces, received_at_ms)
      select ${providerId}::text, f."siteId", f.epoch, f.seq, f."fromMs", f."fromMs", f.packed, f.samples, f."cpuPercent",
        f."cpuPercentMax", f."freeMemoryMib", f."totalMemoryMib", f."freeDiskMib", f.sessions, f."temperatureTenths", f.interfaces,
        ${receivedAtMs}::bigint
      from ${recordset("f", hours, {
        siteId: "text",
        epoch: "text",
        seq: "bigint",
        fromMs: "bigint",
        packed: "text",
        samples: "bigint",
        cpuPercent: "bigint",
        cpuPercentMax: "bigint",
        freeMemoryMib: "bigint",
        totalMemoryMib: "bigint",
        freeDiskMib: "bigint",
        sessions: "bigint",
        temperatureTenths: "bigint",
        interfaces: "jsonb",
      })}
    `.execute(tx);
  },
  async correctClock(tx, correction) {
    await sql`
      update router_figures set from_ms = ${movedTime("from_ms", correction.stepMs)}
      where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and ${withinCorrection(correction)}
    `.execute(tx);
  },
};
