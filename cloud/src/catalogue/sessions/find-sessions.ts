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
      .select(["siteId", "sessionKey", "mac", "address", "username", "stoppedAtMs", "begunAtMs"])
      .orderBy("begunAtMs", "desc")
      .limit(hitsMax);
    const newest = () =>
      tx
        .selectFrom("sessions")
        .select(["siteId", "sessionKey", "mac", "address", "username", "stoppedAtMs", "begunAtMs"])
        .where("providerId", "=", providerId)
        .orderBy("begunAtMs", "desc")
        .orderBy("sessionKey", "desc")
        .orderBy("siteId", "desc")
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
                .orderBy("begunAtMs", "desc")
                .limit(hitsMax)
                .execute()
            : [];
    return found.map((row) =>
      hit({
        kind: "session",
        id: `${row.siteId}/${row.sessionKey}`,
        title: [row.mac, row.address].filter((part) => part !== null).join(" "),
        isExact: macPart === null,
        state: row.stoppedAtMs === null ? "live" : "ended",
        siteId: row.siteId,
        atMs: row.begunAtMs,
      }),
    );
  },
};
