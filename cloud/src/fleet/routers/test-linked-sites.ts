/** Sites whose links a process of this hub holds, for tests without links. */
import type { Database } from "../../ground/db/database.ts";
import { insertProvider } from "../../ground/db/test-rows.ts";

export async function makeLinkedSites(
  database: Database,
  { providerId, processId, count }: { providerId: string; processId: string; count: number },
): Promise<string[]> {
  const siteIds = Array.from({ length: count }, (_, at) => `${providerId}-site-${at}`);
  const times = { createdAtMs: 1, updatedAtMs: 1 };
  await database.asPlatform("test", async (tx) => {
    await insertProvider(tx, providerId);
    for (const siteId of siteIds) {
      const nowhere = { region: null, district: null, latitude: null, longitude: null, deletedAtMs: null };
      const site = { providerId, siteId, name: siteId, interimSeconds: 300, autoLogIn: true };
      await tx
        .insertInto("sites")
        .values({ ...site, ...nowhere, ...times })
        .execute();
    }
    await tx
      .insertInto("site_links")
      .values(siteIds.map((siteId) => linkRow({ providerId, siteId, processId })))
      .execute();
  });
  return siteIds;
}

/** A link that a process of the hub holds. */
export const linkRow = (of: { readonly providerId: string; readonly siteId: string; readonly processId: string }) => ({
  ...of,
  linkId: "l",
  remoteAddress: null,
  connectedAtMs: 1,
  disconnectedAtMs: null,
  lastHeardAtMs: 1,
  protocol: 3,
  agentVersion: null,
  boot: null,
  epoch: null,
  lastSeq: null,
  lastRecordAtMs: null,
  lastRecordReceivedAtMs: null,
  clockQuality: null,
  disk: null,
  diskSinceMs: null,
});
