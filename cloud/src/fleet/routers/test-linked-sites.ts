/** Sites whose links a process of this hub holds, for tests without links. */
import type { Database } from "../../ground/db/database.ts";

export async function makeLinkedSites(
  database: Database,
  { providerId, processId, count }: { providerId: string; processId: string; count: number },
): Promise<string[]> {
  const siteIds = Array.from({ length: count }, (_, at) => `${providerId}-site-${at}`);
  const times = { created_at_ms: 1, updated_at_ms: 1 };
  await database.asPlatform("test", async (tx) => {
    await tx
      .insertInto("providers")
      .values({
        provider_id: providerId,
        name: providerId,
        state: "active",
        currency: "KES",
        locale: "sw",
        utc_offset_minutes: 180,
        support_phone: null,
        bridge_seconds: 1800,
        bridge_data_bytes: 1,
        ...times,
      })
      .execute();
    for (const siteId of siteIds) {
      const nowhere = { region: null, district: null, latitude: null, longitude: null, deleted_at_ms: null };
      const site = { provider_id: providerId, site_id: siteId, name: siteId, interim_seconds: 300, auto_log_in: true };
      await tx
        .insertInto("sites")
        .values({ ...site, ...nowhere, ...times })
        .execute();
    }
    await tx
      .insertInto("site_links")
      .values(
        siteIds.map((siteId) => ({
          provider_id: providerId,
          site_id: siteId,
          process_id: processId,
          link_id: "l",
          remote_address: null,
          connected_at_ms: 1,
          disconnected_at_ms: null,
          last_heard_at_ms: 1,
          protocol: 2,
          agent_version: null,
          boot: null,
          epoch: null,
          last_seq: null,
          last_record_at_ms: null,
          last_record_received_at_ms: null,
          clock_quality: null,
          disk: null,
          disk_since_ms: null,
        })),
      )
      .execute();
  });
  return siteIds;
}
