import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";

/** The newest sessions of a device or of an address. */
export const sessionFinder: Finder = {
  permission: "sessions.read",
  async find(tx, { mac, address }) {
    const sessions = tx
      .selectFrom("sessions")
      .select(["site_id", "session_key", "mac", "address", "username", "stopped_at_ms", "begun_at_ms"])
      .orderBy("begun_at_ms", "desc")
      .limit(hitsMax);
    const found =
      mac !== null
        ? await sessions.where("mac", "=", mac).execute()
        : address !== null
          ? await sessions.where("address", "=", address).execute()
          : [];
    return found.map((row) =>
      hit({
        kind: "session",
        id: `${row.site_id}/${row.session_key}`,
        title: [row.mac, row.address].filter((part) => part !== null).join(" "),
        isExact: true,
        state: row.stopped_at_ms === null ? "live" : "ended",
        siteId: row.site_id,
        atMs: row.begun_at_ms,
      }),
    );
  },
};
