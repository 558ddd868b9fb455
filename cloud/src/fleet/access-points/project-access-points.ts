import { sql } from "kysely";
import { type JournalBatch, type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** What a site's pings found, at the access points that the hub named; of another address nothing is kept. Three statements, whatever a site tells. */
export const accessPointProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const told = toldOf(records);
    if (told.length === 0) return;
    const known = await lockKnown(tx, providerId, told);
    const changes: Told[] = [];
    const last = new Map<string, Told & { sinceMs: number | null }>();
    // In their order, so that the last one counts; two changes within one batch are both kept.
    for (const point of told) {
      const before = last.get(nameOf(point)) ?? known.get(nameOf(point));
      if (before === undefined) continue;
      const isChange = before.state !== point.state;
      if (isChange) changes.push(point);
      last.set(nameOf(point), { ...point, sinceMs: isChange ? point.atMs : before.sinceMs });
    }
    if (changes.length > 0)
      await sql`
        insert into access_point_changes (provider_id, site_id, address, at_ms, state, loss_percent, round_trip_us, epoch, seq, received_at_ms)
        select ${providerId}::text, f."siteId", f.address, f."atMs", f.state, f."lossPercent", f."roundTripUs", f.epoch, f.seq,
          ${receivedAtMs}::bigint
        from ${listOf(changes)}
        on conflict do nothing`.execute(tx);
    if (last.size > 0)
      await sql`
        update site_access_points a set since_ms = f."sinceMs", state = f.state, loss_percent = f."lossPercent",
          round_trip_us = f."roundTripUs", told_at_ms = ${receivedAtMs}::bigint
        from ${listOf([...last.values()])}
        where a.provider_id = ${providerId} and a.site_id = f."siteId" and a.address = f.address`.execute(tx);
  },
  async correctClock(tx, correction) {
    await sql`
      update access_point_changes set at_ms = ${movedTime("at_ms", correction.stepMs)}
      where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and ${withinCorrection(correction)}
    `.execute(tx);
  },
};

type Told = ReturnType<typeof toldOf>[number];

const toldOf = (records: JournalBatch["records"]) =>
  ofKind(records, "access-points").flatMap(({ siteId, epoch, record: { seq, atMs, points } }) =>
    points.map((point) => ({ siteId, epoch, seq, atMs, ...point })),
  );

const nameOf = ({ siteId, address }: Pick<Told, "siteId" | "address">) => `${siteId}\n${address}`;

const listOf = (points: readonly (Told & { readonly sinceMs?: number | null })[]) => sql`
  ${recordset("f", points, {
    siteId: "text",
    address: "text",
    atMs: "bigint",
    state: "text",
    lossPercent: "integer",
    roundTripUs: "bigint",
    epoch: "text",
    seq: "bigint",
    sinceMs: "bigint",
  })}`;

/** Those that were told of. Locked: who names others meanwhile waits. */
async function lockKnown(tx: Tx, providerId: string, told: readonly Told[]) {
  const rows = await tx
    .selectFrom("site_access_points")
    .select(["siteId", "address", "state", "sinceMs"])
    .where("providerId", "=", providerId)
    // One parameter, so that the statement is the same for any number of sites.
    .where(sql<boolean>`site_id = any(${[...new Set(told.map(({ siteId }) => siteId))]}::text[])`)
    .orderBy("siteId")
    .orderBy("address")
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map(({ siteId, address, state, sinceMs }) => [nameOf({ siteId, address }), { state, sinceMs }]));
}
