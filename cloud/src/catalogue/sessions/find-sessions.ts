import { sql } from "kysely";
import { contains } from "../../ground/lists/list.ts";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";

/** A part of a device's address is looked for among so many of the newest sessions: no index serves a part. */
const partAmong = 5_000;

/** The newest sessions of a device, or of a part of its address, or of an IP address. */
export const sessionFinder: Finder = {
  permission: "sessions.read",
  async find(tx, { providerId, mac, macPart, address }, actor) {
    const sessions = tx
      .selectFrom("sessions")
      .select(["site_id", "session_key", "mac", "address", "username", "stopped_at_ms", "begun_at_ms"])
      .orderBy("begun_at_ms", "desc")
      .limit(hitsMax);
    const newest = () =>
      tx
        .selectFrom("sessions")
        .select(["site_id", "session_key", "mac", "address", "username", "stopped_at_ms", "begun_at_ms"])
        .where("provider_id", "=", providerId)
        .orderBy("begun_at_ms", "desc")
        .orderBy("session_key", "desc")
        .orderBy("site_id", "desc")
        .limit(partAmong)
        .as("newest");
    const found =
      mac !== null
        ? await sessions.where("mac", "=", mac).execute()
        : // Who had an address is told to those alone who may trace sessions.
          address !== null && actor.may("sessions.trace")
          ? await sessions.where("address", "=", address).execute()
          : macPart !== null
            ? await tx
                .selectFrom(newest())
                .selectAll()
                .where(contains([macPart.includes(":") ? sql`mac` : sql`replace(mac, ':', '')`], macPart))
                .orderBy("begun_at_ms", "desc")
                .limit(hitsMax)
                .execute()
            : [];
    return found.map((row) =>
      hit({
        kind: "session",
        id: `${row.site_id}/${row.session_key}`,
        title: [row.mac, row.address].filter((part) => part !== null).join(" "),
        isExact: macPart === null,
        state: row.stopped_at_ms === null ? "live" : "ended",
        siteId: row.site_id,
        atMs: row.begun_at_ms,
      }),
    );
  },
};
