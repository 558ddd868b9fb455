import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";

/** What a site's pings found, at the access points that the hub named; of another address nothing is kept. */
export const accessPointProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const told = ofKind(records, "access-points").flatMap(({ siteId, epoch, record: { seq, atMs, points } }) =>
      points.map((point) => ({ siteId, epoch, seq, atMs, ...point })),
    );
    // In their order, so that the last one counts; two changes within one batch are both kept.
    for (const point of told) {
      await sql`
        insert into access_point_changes (provider_id, site_id, address, at_ms, state, loss_percent, round_trip_us, epoch, seq, received_at_ms)
        select provider_id, site_id, address, ${point.atMs}::bigint, ${point.state}::text, ${point.lossPercent}::int,
          ${point.roundTripUs}::bigint, ${point.epoch}::text, ${point.seq}::bigint, ${receivedAtMs}::bigint
        from site_access_points
        where provider_id = ${providerId} and site_id = ${point.siteId} and address = ${point.address}
          and state is distinct from ${point.state}::text
        on conflict do nothing`.execute(tx);
      await sql`
        update site_access_points set since_ms = case when state is distinct from ${point.state}::text then ${point.atMs}::bigint else since_ms end,
          state = ${point.state}, loss_percent = ${point.lossPercent}, round_trip_us = ${point.roundTripUs}::bigint, told_at_ms = ${receivedAtMs}
        where provider_id = ${providerId} and site_id = ${point.siteId} and address = ${point.address}`.execute(tx);
    }
  },
  async correctClock(tx, correction) {
    await sql`
      update access_point_changes set at_ms = at_ms + ${correction.stepMs}::bigint
      where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and ${withinCorrection(correction)}
    `.execute(tx);
  },
};
